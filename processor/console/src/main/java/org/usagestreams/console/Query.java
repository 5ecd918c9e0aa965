package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.usagestreams.console.access.User;
import org.usagestreams.instance.WebSite.Ask;

/** Reads the parameters of requests; those that make no sense are refused. */
final class Query {
    private Query() {}

    /** Null for an empty text. */
    static String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    static String required(Ask ask, String name) {
        if (ask.text(name).isEmpty()) {
            throw Refusal.badQuery("The parameter " + name + " is missing.");
        }
        return ask.text(name);
    }

    static UUID uuid(Ask ask, String name) {
        try {
            return ask.text(name).isEmpty() ? null : UUID.fromString(ask.text(name));
        } catch (IllegalArgumentException e) {
            throw Refusal.badQuery(name + " is not a UUID: " + ask.text(name));
        }
    }

    static LocalDate date(Ask ask, String name, LocalDate otherwise) {
        try {
            return ask.text(name).isEmpty() ? otherwise : LocalDate.parse(ask.text(name));
        } catch (DateTimeException e) {
            throw Refusal.badQuery(name + " is not a date, such as 2025-11-03: " + ask.text(name));
        }
    }

    static long number(Ask ask, String name, long otherwise) {
        try {
            return ask.text(name).isEmpty() ? otherwise : Long.parseLong(ask.text(name));
        } catch (NumberFormatException e) {
            throw Refusal.badQuery(name + " is not a number: " + ask.text(name));
        }
    }

    /** One of an enumeration's names; {@code otherwise} for none. */
    static <E extends Enum<E>> E one(Ask ask, String name, Class<E> type, E otherwise) {
        try {
            return ask.text(name).isEmpty()
                    ? otherwise
                    : Enum.valueOf(type, ask.text(name).toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw Refusal.badQuery("There is no such " + name + ": " + ask.text(name));
        }
    }

    /**
     * The organisation that is asked for; for a user of some only, the first of theirs where none is named.
     *
     * @return empty for all
     */
    static String organisation(Ask ask, User user) {
        final String asked = ask.text("organisation");
        if (asked.isEmpty()) {
            return user.isOfAll() ? "" : user.sorted().first();
        }
        if (!user.mayRead(asked)) {
            throw Refusal.forbidden("You have no access to this organisation: " + asked);
        }
        return asked;
    }

    /** A day of a source; all three are there. */
    record Day(String organisation, UUID source, LocalDate date) {}

    /** The day that is asked for, of an organisation that the user may read. */
    static Day day(Ask ask, User user) {
        required(ask, "organisation");
        final Day day = new Day(organisation(ask, user), uuid(ask, "source"), date(ask, "date", null));
        if (day.source() == null || day.date() == null) {
            throw Refusal.badQuery("A day has an organisation, a source and a date.");
        }
        return day;
    }

    /** JSON texts as an array. */
    static ArrayNode array(List<String> texts) {
        final ArrayNode array = JSON.createArrayNode();
        try {
            for (final String text : texts) {
                array.add(JSON.readTree(text));
            }
            return array;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot parse JSON that PostgreSQL returned", e);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

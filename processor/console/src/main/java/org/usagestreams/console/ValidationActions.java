package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.time.LocalDate;
import java.util.UUID;
import org.usagestreams.console.access.User;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.ledger.DayTable;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.ledger.ValidationRequests;
import org.usagestreams.settings.Settings;

/** Has the validator compare a day with the bucket now. Thread-safe. */
final class ValidationActions {
    private static final int SECONDS = 10;

    private final Settings settings;
    private final SystemState state;
    private final Changes changes;

    ValidationActions(Settings settings, SystemState state, Changes changes) {
        this.settings = settings;
        this.state = state;
        this.changes = changes;
    }

    /** Asks for it; the page of the day tells how far it is. */
    ObjectNode ask(Ask ask, User user) {
        if (!user.isOperator()) {
            throw Refusal.forbidden("Only an operator has days validated.");
        }
        final Query.Day asked = Query.day(ask, user);
        final String organisation = asked.organisation();
        final UUID source = asked.source();
        final LocalDate date = asked.date();
        final String schema = settings.text("postgres.status.schema");
        if (state.read(connection -> new DayTable(connection, schema).json(organisation, source, date, 1))
                .isEmpty()) {
            throw Refusal.conflict("There is no such day.");
        }
        final ObjectNode day = JSON.createObjectNode();
        day.put("organisation", organisation).put("source", source.toString()).put("date", date.toString());
        return changes.make(user, ask.caller(), "validate", day, () -> {
            try (Connection connection = PostgresSettings.connect(settings)) {
                if (!ValidationRequests.ask(connection, schema, organisation, source, date, SECONDS)) {
                    throw Refusal.conflict("PostgreSQL has no revision of this day.");
                }
                return day;
            }
        });
    }
}

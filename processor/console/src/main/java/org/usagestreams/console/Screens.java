package org.usagestreams.console;

import static org.usagestreams.console.SystemState.JSON;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.Connection;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.usagestreams.console.access.User;
import org.usagestreams.instance.WebSite.Ask;
import org.usagestreams.ledger.DayTable;
import org.usagestreams.ledger.LedgerPages;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.settings.Settings;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.ledger.UploadState;

/** What each screen shows, as the JSON API answers it. Thread-safe. */
final class Screens {
    private static final int PAGE = 50;
    private static final int MOST_DAYS = 2_000;

    private final Settings settings;
    private final SystemState state;

    Screens(Settings settings, SystemState state) {
        this.settings = settings;
        this.state = state;
    }

    private LedgerPages pages(Connection connection) {
        return new LedgerPages(connection, settings.text("postgres.status.schema"));
    }

    private LedgerTable ledger(Connection connection) {
        return new LedgerTable(connection, settings.text("postgres.status.schema"));
    }

    private DayTable days(Connection connection) {
        return new DayTable(connection, settings.text("postgres.status.schema"));
    }

    ObjectNode now() {
        final ObjectNode screen = JSON.createObjectNode();
        final JsonNode look = state.last();
        final List<Fleet.Row> fleet = Fleet.rows(look.path("instances"), state.members());
        screen.set("state", look);
        screen.put("docs", settings.text("console.docs.url"));
        screen.put("dead_letters", state.deadLetters().size());
        screen.set("stages", JSON.valueToTree(Strip.of(look, fleet)));
        final double oldest = Problems.most(look.path("instances"), "oldest_unpublished_change_seconds");
        if (oldest >= 0) {
            screen.put("oldest_unpublished_seconds", oldest);
        }
        screen.set(
                "problems",
                JSON.valueToTree(Problems.of(look, fleet, state.deadLetters().size())));
        return screen;
    }

    ObjectNode days(Ask ask, User user) {
        final ObjectNode screen = JSON.createObjectNode();
        screen.set("days", Query.array(state.read(connection -> days(connection)
                .json(Query.orNull(Query.organisation(ask, user)), Query.uuid(ask, "source"), null, MOST_DAYS))));
        Sort.of(ask, Sort.DAYS).ifPresent(sort -> screen.set("days", sort.sorted(screen.path("days"))));
        return screen;
    }

    ObjectNode day(Ask ask, User user) {
        final Query.Day asked = Query.day(ask, user);
        final String organisation = asked.organisation();
        final UUID source = asked.source();
        final LocalDate date = asked.date();
        final ObjectNode screen = JSON.createObjectNode();
        state.read(connection -> {
            final ArrayNode days = Query.array(days(connection).json(organisation, source, date, 1));
            screen.set("day", days.isEmpty() ? JSON.nullNode() : days.get(0));
            screen.set(
                    "objects",
                    Query.array(ledger(connection)
                            .findJson(new LedgerTable.Query(organisation, source, date, null, null), MOST_DAYS)));
            return null;
        });
        Sort.of(ask, Sort.ENTRIES).ifPresent(sort -> screen.set("objects", sort.sorted(screen.path("objects"))));
        return screen;
    }

    ObjectNode files(Ask ask, User user) {
        final LedgerTable.Query query = new LedgerTable.Query(
                Query.orNull(Query.organisation(ask, user)),
                Query.uuid(ask, "source"),
                Query.date(ask, "date", null),
                Query.one(ask, "state", UploadState.class, null),
                Query.orNull(ask.text("object")));
        final Sort sort = Sort.of(ask, Sort.FILES).orElse(new Sort("uploaded_at", true));
        final LedgerPages.Order order = LedgerPages.Order.valueOf(sort.column().toUpperCase(Locale.ROOT));
        final ArrayNode found = Query.array(state.read(
                connection -> pages(connection).page(query, order, sort.descending(), place(ask), PAGE + 1)));
        final ObjectNode screen = JSON.createObjectNode();
        if (found.size() > PAGE) {
            found.remove(PAGE);
            final JsonNode end = found.get(PAGE - 1);
            final ObjectNode next = screen.putObject("next");
            next.put("uploaded", Show.text(end, "uploaded_at")).put("key", Show.text(end, "object_key"));
            next.put("bucket", Show.text(end, "bucket")).put("etag", Show.text(end, "etag"));
            next.put("version", Show.text(end, "version_id"));
            next.put("size", end.path("size_bytes").asLong(-1));
        }
        screen.put("sort", sort.text());
        screen.set("files", found);
        screen.put("bucket", settings.text("store.bucket"));
        return screen;
    }

    private static LedgerPages.Place place(Ask ask) {
        if (ask.text("after_key").isEmpty()) {
            return null;
        }
        final OffsetDateTime uploaded = Show.parse(ask.text("after_uploaded"));
        return new LedgerPages.Place(
                uploaded == null ? OffsetDateTime.of(1970, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC) : uploaded,
                Query.number(ask, "after_size", -1),
                ask.text("after_key"),
                ask.text("after_bucket"),
                ask.text("after_etag"),
                ask.text("after_version"));
    }

    ObjectNode file(Ask ask, User user) {
        final String key = Query.required(ask, "key");
        final String bucket = ask.text("bucket").isEmpty() ? settings.text("store.bucket") : ask.text("bucket");
        final ObjectNode screen = JSON.createObjectNode();
        screen.put("bucket", bucket).put("key", key).put("docs", settings.text("console.docs.url"));
        final ArrayNode versions =
                Query.array(state.read(connection -> pages(connection).versions(bucket, key)));
        requireReadable(bucket, key, versions, user);
        screen.set("versions", versions);
        final List<JsonNode> list = new ArrayList<>();
        versions.forEach(list::add);
        final ArrayNode letters = screen.putArray("dead_letters");
        state.deadLetters().forEach((id, letter) -> {
            if (letter.version() != null && letter.version().name().equals(bucket + "/" + key)) {
                letters.add(letter(id, letter));
            }
        });
        final JsonNode sink = state.last().path("sink");
        screen.set(
                "why",
                JSON.valueToTree(Why.of(
                        list,
                        new Why.Surroundings(
                                sink.has("runs") ? sink.path("runs").asBoolean() : null,
                                sink.has("lag") ? sink.path("lag").asLong() : null,
                                list.isEmpty() ? null : refused(list.get(0))))));
        return screen;
    }

    /** Of what the ledger does not know, the key tells whose it is. */
    private static void requireReadable(String bucket, String key, JsonNode versions, User user) {
        boolean readable = true;
        for (final JsonNode version : versions) {
            readable &= user.mayRead(Show.text(version, "organisation"));
        }
        if (versions.isEmpty()) {
            final DeadLetter.ObjectOf object = new DeadLetter.ObjectOf(bucket, key, "", "", 0, 0);
            readable = user.mayRead(new DeadLetter(DeadLetter.Step.SPLIT, "", object, null, null, null, null)
                    .organisation()
                    .orElse(null));
        }
        if (!readable) {
            throw Refusal.forbidden("You have no access to this object's organisation.");
        }
    }

    private String refused(JsonNode entry) {
        if (!"COUNTED".equals(Show.text(entry, "state"))
                || Show.text(entry, "source_uuid").isEmpty()) {
            return null;
        }
        final UUID source = UUID.fromString(Show.text(entry, "source_uuid"));
        return state.read(connection -> {
            for (final JsonNode date : entry.path("usage_dates")) {
                for (final JsonNode day : Query.array(days(connection)
                        .json(Show.text(entry, "organisation"), source, LocalDate.parse(date.asText()), 1))) {
                    if (day.hasNonNull("load_error")) {
                        return date.asText() + ": " + Show.text(day, "load_error");
                    }
                }
            }
            return null;
        });
    }

    /** A dead letter as pages show it. */
    static ObjectNode letter(String id, DeadLetter letter) {
        final ObjectNode node = JSON.valueToTree(letter);
        // It may hold what people wrote into labels, and nobody needs it here.
        node.remove("payload");
        return node.put("id", id).put("subject", letter.subject());
    }

    ObjectNode failures(User user) {
        final Map<String, ObjectNode> groups = new LinkedHashMap<>();
        state.deadLetters().forEach((id, letter) -> {
            if (!user.mayRead(letter.organisation().orElse(null))) {
                return;
            }
            final ObjectNode group =
                    groups.computeIfAbsent(letter.step() + "\n" + letter.reason(), key -> JSON.createObjectNode()
                            .put("step", String.valueOf(letter.step()))
                            .put("reason", letter.reason())
                            .put("count", 0)
                            .put("first", letter.time()));
            group.put("count", group.path("count").asInt() + 1).put("last", letter.time());
            if (group.withArray("examples").size() < PAGE) {
                group.withArray("examples").add(letter(id, letter));
            }
        });
        final ObjectNode screen = JSON.createObjectNode();
        final ArrayNode all = screen.putArray("groups");
        groups.values().stream()
                .sorted((a, b) ->
                        Integer.compare(b.path("count").asInt(), a.path("count").asInt()))
                .forEach(all::add);
        return screen;
    }

    ObjectNode fleet() {
        final ObjectNode screen = JSON.createObjectNode();
        final JsonNode look = state.last();
        screen.set("state", look);
        screen.set("members", state.members());
        final List<Fleet.Row> fleet = Fleet.rows(look.path("instances"), state.members());
        screen.set("instances", JSON.valueToTree(fleet));
        screen.set("versions", JSON.valueToTree(Fleet.versions(fleet)));
        return screen;
    }

    /** How processors are wired. */
    ObjectNode topology() {
        final ObjectNode screen = JSON.createObjectNode();
        screen.set(
                "subtopologies", JSON.valueToTree(Wiring.parse(state.instances().topology())));
        return screen;
    }
}

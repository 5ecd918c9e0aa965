package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** The instances of all hosts: those that answered, and those that only the broker knows. */
final class Fleet {
    private Fleet() {}

    /** What is known of an instance, and of its health from whom. */
    enum Health {
        READY("ready", "good"),
        NOT_READY("not ready", "wait"),
        /** It does not answer, or says that it must be restarted. */
        DOWN("down", "bad"),
        /** It is a member of its group. The console cannot ask it. */
        RUNS("running", "good"),
        /** It has ended without saying so. */
        DEAD("dead", "bad"),
        /** Of a service of which no instance runs. */
        NONE("none", "bad");

        private final String words;
        private final String tone;

        Health(String words, String tone) {
            this.words = words;
            this.tone = tone;
        }
    }

    /**
     * An instance.
     *
     * @param service {@code intake}, {@code splitter}, {@code processor}, {@code validator} or {@code sink}
     * @param host as the broker sees it, or as the settings name it; empty for this one
     * @param health in words
     * @param tone of these
     * @param detail in its own words
     * @param version empty where it has not told
     * @param started null where it has not told
     * @param threads null where neither it nor the broker has told
     * @param partitions that it reads; null where the broker has not told
     * @param restoring records that it still has to read into its stores; null for none
     * @param url where it answers; empty where the console cannot ask it
     */
    record Row(
            String service,
            String name,
            String host,
            String health,
            String tone,
            String detail,
            String version,
            String started,
            Integer threads,
            Integer partitions,
            Long restoring,
            String url) {}

    /**
     * All, by service as data passes them, and name.
     *
     * @param instances that the console has asked
     * @param members of the groups, as the broker knows them
     */
    static List<Row> rows(JsonNode instances, JsonNode members) {
        final Map<String, JsonNode> known = new HashMap<>();
        if (members.isArray()) {
            members.forEach(member -> known.put(key(kind(member), Show.text(member, "name")), member));
        }
        final List<Row> rows = new ArrayList<>();
        if (instances.isArray()) {
            for (final JsonNode instance : instances) {
                final JsonNode member = known.remove(key(Show.text(instance, "service"), Show.text(instance, "name")));
                rows.add(asked(instance, member));
            }
        }
        known.values().forEach(member -> rows.add(member(member)));
        rows.sort((a, b) -> {
            final int order = Integer.compare(order(a.service()), order(b.service()));
            return order != 0 ? order : a.name().compareTo(b.name());
        });
        return rows;
    }

    private static int order(String service) {
        final int at =
                List.of("intake", "splitter", "processor", "sink", "validator").indexOf(service);
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    private static String key(String service, String name) {
        return service + "/" + name;
    }

    private static String kind(JsonNode member) {
        return Show.text(member, "kind").toLowerCase(Locale.ROOT);
    }

    private static Row asked(JsonNode instance, JsonNode member) {
        final Health health = instance.path("ready").asBoolean()
                ? Health.READY
                : instance.path("live").asBoolean() ? Health.NOT_READY : Health.DOWN;
        final JsonNode restoring = instance.path("metrics").path("usage_streams_restore_remaining_records");
        return new Row(
                Show.text(instance, "service"),
                Show.text(instance, "name").isEmpty() ? Show.text(instance, "instance") : Show.text(instance, "name"),
                Show.text(instance, "host"),
                health.words,
                health.tone,
                Show.text(instance, "detail"),
                Show.text(instance, "version"),
                instance.hasNonNull("started") ? Show.text(instance, "started") : null,
                instance.has("threads") && !instance.path("threads").isEmpty()
                        ? Integer.valueOf(instance.path("threads").size())
                        : member == null
                                ? null
                                : Integer.valueOf(member.path("threads").asInt()),
                member == null ? null : member.path("partitions").asInt(),
                restoring.asLong() > 0 ? restoring.asLong() : null,
                Show.text(instance, "url"));
    }

    private static Row member(JsonNode member) {
        final String state = Show.text(member, "state");
        final Health health =
                switch (state) {
                    case "RUNNING" -> Health.RUNS;
                    case "DEAD" -> Health.DEAD;
                    default -> Health.NONE;
                };
        final boolean counts = health == Health.RUNS;
        return new Row(
                kind(member),
                Show.text(member, "name"),
                Show.text(member, "host"),
                health.words,
                health.tone,
                switch (health) {
                    case RUNS -> "sink".equals(kind(member)) ? "a task of Connect" : "a member of its group";
                    case DEAD -> "it ended without saying so";
                    default -> "";
                },
                "",
                null,
                counts ? member.path("threads").asInt() : null,
                counts ? member.path("partitions").asInt() : null,
                null,
                "");
    }

    /** The versions that run, in order. More than one is an upgrade that goes on, or was forgotten. */
    static SortedSet<String> versions(List<Row> rows) {
        final SortedSet<String> versions = new TreeSet<>();
        rows.forEach(row -> {
            if (!row.version().isEmpty()) {
                versions.add(row.version());
            }
        });
        return versions;
    }
}

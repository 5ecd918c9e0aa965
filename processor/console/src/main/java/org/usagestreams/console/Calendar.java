package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The days of a cluster. */
public record Calendar(String organisation, String source, List<JsonNode> days) {
    private static final int HOURS = 24;

    /** The clusters of these days, each with its own in the order given. */
    public static List<Calendar> of(JsonNode days) {
        final Map<String, Calendar> clusters = new LinkedHashMap<>();
        for (final JsonNode day : days) {
            final String organisation = Show.text(day, "organisation");
            final String source = Show.text(day, "source_uuid");
            clusters.computeIfAbsent(
                            organisation + "\n" + source, key -> new Calendar(organisation, source, new ArrayList<>()))
                    .days()
                    .add(day);
        }
        return List.copyOf(clusters.values());
    }

    /** How a day is: {@code bad} where something is wrong, {@code good} where all hours are there, else {@code wait}. */
    public static String tone(JsonNode day) {
        if (day.hasNonNull("load_error")
                || day.path("differences").asLong() > 0
                || day.path("rows_set_aside").asInt() > 0
                || day.path("doubled_rows").asLong() > 0) {
            return "bad";
        }
        return day.path("pod_usage_complete_hours").asInt() == HOURS ? "good" : "wait";
    }

    /** What the last comparison with the bucket found, in words. */
    public static String validated(JsonNode day) {
        if (!day.path("differences").isNumber()) {
            return "and done: it could not be told whether the rows are right, since not all objects can be read.";
        }
        final String doubled = day.path("doubled_rows").asLong() > 0
                ? " " + Show.number(day, "doubled_rows") + " rows of cost management's own summary stand beside ours."
                : "";
        return day.path("differences").asLong() > 0
                ? "and done: " + Show.number(day, "differences") + " rows differ from the bucket." + doubled
                : "and done: all rows are what the bucket leads to." + doubled;
    }

    /** How a day is, in words. */
    public static String words(JsonNode day) {
        if (day.hasNonNull("load_error")) {
            return "refused by PostgreSQL";
        }
        if (day.path("differences").asLong() > 0) {
            return Show.number(day, "differences") + " rows differ";
        }
        if (day.path("doubled_rows").asLong() > 0) {
            return Show.number(day, "doubled_rows") + " rows doubled";
        }
        if (day.path("rows_set_aside").asInt() > 0) {
            return Show.number(day, "rows_set_aside") + " rows set aside";
        }
        if (day.hasNonNull("validated_at")) {
            return day.path("differences").isNumber() ? "validated" : "validation cannot tell";
        }
        return "not validated yet";
    }
}

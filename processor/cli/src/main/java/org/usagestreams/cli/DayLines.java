package org.usagestreams.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;

/** The status of days as lines for people. */
final class DayLines {
    private static final JsonMapper JSON = new JsonMapper();

    private DayLines() {}

    static void print(List<String> days, PrintWriter out) {
        out.printf(
                "%-10s  %-36s %8s %7s %8s  %-20s  %s%n",
                "date",
                "source",
                "revision",
                "rows",
                "objects",
                "changed",
                "complete hours: pod storage node namespace");
        for (final String text : days) {
            final JsonNode day = parse(text);
            out.printf(
                    "%-10s  %-36s %8s %7s %8s  %-20.19s  %19s %7s %4s %9s%s%n",
                    day.path("usage_date").asText(),
                    day.path("source_uuid").asText(),
                    day.path("revision").asText(),
                    day.path("row_count").asText(),
                    day.path("live_objects").asText(),
                    day.path("changed_at").asText(""),
                    hours(day, "pod_usage"),
                    hours(day, "storage_usage"),
                    hours(day, "node_labels"),
                    hours(day, "namespace_labels"),
                    day.path("rows_set_aside").asInt() == 0
                            ? ""
                            : "  " + day.path("rows_set_aside").asText() + " rows set aside (scripts/deadletters)");
        }
    }

    private static String hours(JsonNode day, String report) {
        final JsonNode hours = day.path(report + "_complete_hours");
        return hours.isNumber() ? hours.asText() : "?";
    }

    private static JsonNode parse(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("PostgreSQL wrote it", e);
        }
    }
}

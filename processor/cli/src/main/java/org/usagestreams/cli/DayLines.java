package org.usagestreams.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.usagestreams.commandline.Table;
import picocli.CommandLine.Help.Ansi;

/** Prints the status of days as a table. */
final class DayLines {
    /** Characters of a time, without fractions of a second and zone. */
    private static final int SECONDS = 19;

    private DayLines() {}

    static void print(List<ObjectNode> days, PrintWriter out) {
        final Table table = new Table(Ansi.AUTO, 11, 3, 4, 5, 7, 8, 9, 10);
        table.head(
                "date",
                "organisation",
                "source",
                "revision",
                "rows",
                "objects",
                "changed",
                "pod h",
                "storage h",
                "node h",
                "namespace h");
        for (final ObjectNode day : days) {
            final String changed = day.path("changed_at").asText("");
            table.add(
                    day.path("usage_date").asText(),
                    day.path("organisation").asText(),
                    day.path("source_uuid").asText(),
                    number(day, "revision"),
                    number(day, "row_count"),
                    number(day, "live_objects"),
                    changed.substring(0, Math.min(changed.length(), SECONDS)),
                    hours(day, "pod_usage"),
                    hours(day, "storage_usage"),
                    hours(day, "node_labels"),
                    hours(day, "namespace_labels"));
            if (!note(day).isEmpty()) {
                table.addNote(note(day));
            }
        }
        table.print(out);
    }

    private static String note(JsonNode day) {
        if (day.hasNonNull("load_error")) {
            return "PostgreSQL refuses a later revision: "
                    + day.path("load_error").asText();
        }
        final List<String> notes = new ArrayList<>();
        if (day.path("rows_set_aside").asInt() > 0) {
            notes.add(day.path("rows_set_aside").asText() + " rows set aside (scripts/deadletters)");
        }
        if (day.path("doubled_rows").asLong() > 0) {
            notes.add(day.path("doubled_rows").asText() + " rows of cost management's own summary for the same usage");
        }
        if (day.hasNonNull("validated_at")) {
            notes.add(validated(day.path("differences")));
        }
        return String.join("; ", notes);
    }

    private static String validated(JsonNode differences) {
        if (!differences.isNumber()) {
            return "validated: cannot tell";
        }
        return differences.asLong() == 0 ? "validated" : differences.asText() + " rows differ from the bucket";
    }

    /** A day of which no revision was loaded has none. */
    private static String number(JsonNode day, String column) {
        return day.path(column).isNumber() ? day.path(column).asText() : "-";
    }

    private static String hours(JsonNode day, String report) {
        final JsonNode hours = day.path(report + "_complete_hours");
        return hours.isNumber() ? hours.asText() : "?";
    }
}

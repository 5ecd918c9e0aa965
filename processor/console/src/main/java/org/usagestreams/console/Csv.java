package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Writes JSON objects of the same fields as CSV. */
final class Csv {
    private Csv() {}

    static String of(JsonNode rows) {
        final StringBuilder csv = new StringBuilder();
        if (!rows.isEmpty()) {
            final List<String> names = new ArrayList<>();
            rows.get(0).fieldNames().forEachRemaining(names::add);
            csv.append(String.join(",", names)).append("\r\n");
        }
        for (final JsonNode row : rows) {
            String comma = "";
            for (final JsonNode value : row) {
                csv.append(comma).append(value.isNull() ? "" : cell(value));
                comma = ",";
            }
            csv.append("\r\n");
        }
        return csv.toString();
    }

    /** A text that a spreadsheet would take for a formula gets an apostrophe before it. */
    private static String cell(JsonNode value) {
        if (value.isNumber()) {
            return value.asText();
        }
        final String text = value.asText();
        final boolean formula = !text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0;
        return '"' + (formula ? "'" : "") + text.replace("\"", "\"\"") + '"';
    }
}

package org.usagestreams.commandline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** The options of every command that lists: for people, or for programs. */
public final class ListFormat {
    /** What spreadsheets take for a formula. */
    private static final Pattern FORMULA = Pattern.compile("^[=+\\-@\\t\\r].*", Pattern.DOTALL);

    private static final Pattern QUOTED = Pattern.compile("[\",\\r\\n]");

    @ArgGroup(exclusive = true)
    private Machine machine = new Machine();

    private static final class Machine {
        @Option(names = "--json", description = "Prints one JSON object per line.")
        private boolean json;

        @Option(
                names = "--csv",
                description = "Prints CSV (RFC 4180) with a heading. A text that a spreadsheet would treat as a"
                        + " formula gets an apostrophe in front.")
        private boolean csv;
    }

    /** Whether people read it. */
    public boolean isForPeople() {
        return !machine.json && !machine.csv;
    }

    /** Whether it is CSV. */
    public boolean isCsv() {
        return machine.csv;
    }

    /**
     * Prints objects as JSON or CSV. CSV has the fields of all objects as columns, in the order in which they first occur; a value
     * that is an object or a list is JSON within its cell.
     */
    public void print(Collection<ObjectNode> rows, PrintWriter out) {
        if (machine.csv) {
            printCsv(rows, out);
        } else {
            rows.forEach(row -> out.println(Printable.of(row.toString())));
        }
        out.flush();
    }

    /** Prints objects as CSV, as {@link #print} does. */
    public static void printCsv(Collection<ObjectNode> rows, PrintWriter out) {
        final Set<String> columns = new LinkedHashSet<>();
        rows.forEach(row -> row.fieldNames().forEachRemaining(columns::add));
        if (columns.isEmpty()) {
            return;
        }
        line(columns, out);
        for (final ObjectNode row : rows) {
            final List<String> cells = new ArrayList<>();
            columns.forEach(column -> cells.add(cell(row.path(column))));
            line(cells, out);
        }
    }

    private static String cell(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "";
        }
        if (!value.isTextual()) {
            return value.isValueNode() ? value.asText() : value.toString();
        }
        final String text = value.asText();
        return Printable.lines(FORMULA.matcher(text).matches() ? "'" + text : text);
    }

    private static void line(Collection<String> cells, PrintWriter out) {
        final List<String> escaped = new ArrayList<>();
        for (final String cell : cells) {
            escaped.add(QUOTED.matcher(cell).find() ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
        }
        out.print(String.join(",", escaped) + "\r\n");
    }
}

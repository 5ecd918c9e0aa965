package org.usagestreams.commandline;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/**
 * A table of text. Columns are as wide as their widest cell, and can be aligned to the right. On a terminal, the widest columns
 * are shortened in the middle until rows fit. If they still do not, each row becomes a block of lines, as psql's expanded display
 * has it. Uses {@link TextTable}. Not thread-safe.
 */
public final class Table {
    private static final int GAP = 2;

    /** A key that is cut to less tells nothing. */
    private static final int LEAST = 12;

    private static final String CUT = "...";
    private static final String INDENT = "    ";

    private final Ansi ansi;
    private final int columns;
    private final Set<Integer> right;
    private final List<Row> rows = new ArrayList<>();
    private List<String> headings = List.of();
    private int width = Terminal.columns();

    /** @param colour picocli's name of the first cell's colour; null for none */
    private record Row(List<String> cells, String colour, List<String> notes) {}

    /**
     * An empty table, for this process's terminal.
     *
     * @param right the columns, from 0, whose cells are aligned to the right; they are not shortened
     */
    public Table(Ansi ansi, int columns, Integer... right) {
        this.ansi = ansi;
        this.columns = columns;
        this.right = Set.of(right);
    }

    /** For a terminal of so many columns; 0 for any number. */
    Table fit(int terminal) {
        width = terminal;
        return this;
    }

    /** What the columns are. They are printed if there is a row. */
    public void head(String... cells) {
        headings = cells(cells);
    }

    /**
     * Adds a row.
     *
     * @param cells null for empty ones; fewer than there are columns leave the last ones empty
     */
    public void add(String... cells) {
        rows.add(new Row(cells(cells), null, new ArrayList<>()));
    }

    /** Adds a row whose first cell has a colour of picocli's markup. */
    public void addColoured(String colour, String... cells) {
        rows.add(new Row(cells(cells), colour, new ArrayList<>()));
    }

    /** Adds a line about the last row, which stands below it. On a terminal it is wrapped. */
    public void addNote(String note) {
        rows.get(rows.size() - 1).notes().add(plain(note));
    }

    private List<String> cells(String... cells) {
        final List<String> all = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            all.add(i < cells.length && cells[i] != null ? plain(cells[i]) : "");
        }
        return all;
    }

    /** Escapes texts from uploads: neither picocli's markup nor a terminal's escapes in them take effect. */
    private static String plain(String text) {
        return Printable.of(text).replace("@|", "@ |").replace("|@", "| @");
    }

    /** Prints all rows. */
    public void print(PrintWriter out) {
        if (rows.isEmpty()) {
            return;
        }
        final int[] widths = widths();
        if (shorten(widths) || headings.isEmpty()) {
            printRows(out, widths);
        } else {
            printBlocks(out);
        }
    }

    private int[] widths() {
        final int[] widths = new int[columns];
        final List<List<String>> all =
                new ArrayList<>(rows.stream().map(Row::cells).toList());
        all.add(headings);
        for (final List<String> cells : all) {
            for (int i = 0; i < cells.size(); i++) {
                widths[i] = Math.max(widths[i], length(cells.get(i)));
            }
        }
        return widths;
    }

    private int length(String text) {
        return ansi.text(text).getCJKAdjustedLength();
    }

    /** Makes the widest columns narrower until a row fits; whether it does. */
    private boolean shorten(int[] widths) {
        int excess = Arrays.stream(widths).sum() + GAP * (columns - 1) - width;
        while (width > 0 && excess > 0) {
            int widest = -1;
            for (int i = 0; i < columns; i++) {
                if (!right.contains(i) && widths[i] > LEAST && (widest < 0 || widths[i] > widths[widest])) {
                    widest = i;
                }
            }
            if (widest < 0) {
                return false;
            }
            widths[widest]--;
            excess--;
        }
        return true;
    }

    private void printRows(PrintWriter out, int[] widths) {
        if (!headings.isEmpty()) {
            printRow(out, widths, new Row(headings, null, List.of()));
        }
        rows.forEach(row -> printRow(out, widths, row));
    }

    private void printRow(PrintWriter out, int[] widths, Row row) {
        final Column[] layout = new Column[columns];
        final Ansi.Text[] cells = new Ansi.Text[columns];
        for (int i = 0; i < columns; i++) {
            layout[i] = new Column(Math.max(1, widths[i] + (i == 0 ? 0 : GAP)), i == 0 ? 0 : GAP, Overflow.TRUNCATE);
            final String text = cut(row.cells().get(i), widths[i]);
            final String padding = right.contains(i) ? " ".repeat(Math.max(0, widths[i] - length(text))) : "";
            cells[i] = ansi.text(padding + (i == 0 ? coloured(row, text) : text));
        }
        final TextTable table = TextTable.forColumns(Help.defaultColorScheme(ansi), layout);
        table.addRowValues(cells);
        out.print(table);
        printNotes(out, row);
    }

    private static String coloured(Row row, String text) {
        return row.colour() == null || text.isEmpty() ? text : "@|" + row.colour() + " " + text + "|@";
    }

    private void printNotes(PrintWriter out, Row row) {
        for (final String note : row.notes()) {
            wrap(note).forEach(line -> out.println(INDENT + line));
        }
    }

    private List<String> wrap(String note) {
        final int room = width == 0 ? Integer.MAX_VALUE : Math.max(LEAST, width - INDENT.length());
        final List<String> lines = new ArrayList<>();
        final StringBuilder line = new StringBuilder();
        for (final String word : note.split(" ", -1)) {
            if (line.length() > 0 && length(line + " " + word) > room) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.length() == 0 ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private void printBlocks(PrintWriter out) {
        final int names = headings.stream().mapToInt(this::length).max().orElse(0);
        for (final Row row : rows) {
            for (int i = 0; i < columns; i++) {
                final String value = cut(row.cells().get(i), Math.max(LEAST, width - names - GAP));
                if (!value.isEmpty()) {
                    final String name = headings.get(i);
                    out.println(name
                            + " ".repeat(names - length(name) + GAP)
                            + (i == 0 ? ansi.string(coloured(row, value)) : value));
                }
            }
            printNotes(out, row);
            out.println();
        }
    }

    /** Keys differ in their beginnings and their ends. */
    private static String cut(String text, int width) {
        if (text.length() <= width || width <= CUT.length()) {
            return text;
        }
        final int kept = width - CUT.length();
        final int end = kept / 2;
        return text.substring(0, kept - end) + CUT + text.substring(text.length() - end);
    }
}

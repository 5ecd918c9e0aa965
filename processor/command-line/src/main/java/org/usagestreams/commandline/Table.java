package org.usagestreams.commandline;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/**
 * A table of text. Columns are as wide as their widest cell, and can be aligned to the right. Uses {@link TextTable}. Not
 * thread-safe.
 */
public final class Table {
    private static final int GAP = 2;

    private final Ansi ansi;
    private final int columns;
    private final Set<Integer> right;
    private final List<List<Ansi.Text>> rows = new ArrayList<>();

    /**
     * An empty table.
     *
     * @param right the columns, from 0, whose cells are aligned to the right
     */
    public Table(Ansi ansi, int columns, Integer... right) {
        this.ansi = ansi;
        this.columns = columns;
        this.right = Set.of(right);
    }

    /**
     * Adds a row.
     *
     * @param cells null for empty ones; fewer than there are columns leave the last ones empty
     */
    public void add(String... cells) {
        final List<Ansi.Text> row = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            row.add(ansi.text(i < cells.length && cells[i] != null ? plain(cells[i]) : ""));
        }
        rows.add(row);
    }

    /** Adds a row whose first cell has a colour of picocli's markup. */
    public void addColoured(String colour, String... cells) {
        add(cells);
        rows.get(rows.size() - 1).set(0, ansi.text("@|" + colour + " " + plain(cells[0]) + "|@"));
    }

    /** What uploads bring is text: neither picocli's markup nor a terminal's escapes in it have a meaning. */
    private static String plain(String text) {
        return Printable.of(text).replace("@|", "@ |").replace("|@", "| @");
    }

    /** Prints all rows. */
    public void print(PrintWriter out) {
        if (rows.isEmpty()) {
            return;
        }
        final int[] widths = new int[columns];
        for (final List<Ansi.Text> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).getCJKAdjustedLength());
            }
        }
        final Column[] layout = new Column[columns];
        for (int i = 0; i < columns; i++) {
            layout[i] = new Column(Math.max(1, widths[i] + (i == 0 ? 0 : GAP)), i == 0 ? 0 : GAP, Overflow.TRUNCATE);
        }
        final TextTable table = TextTable.forColumns(Help.defaultColorScheme(ansi), layout);
        for (final List<Ansi.Text> row : rows) {
            final Ansi.Text[] cells = new Ansi.Text[columns];
            for (int i = 0; i < columns; i++) {
                final Ansi.Text cell = row.get(i);
                cells[i] = right.contains(i)
                        ? ansi.text(" ".repeat(widths[i] - cell.getCJKAdjustedLength()))
                                .concat(cell)
                        : cell;
            }
            table.addRowValues(cells);
        }
        out.print(table);
    }
}

package org.usagestreams.cli;

import java.io.PrintWriter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.usagestreams.commandline.Table;
import org.usagestreams.ledger.LedgerRow;
import picocli.CommandLine.Help.Ansi;

/** Prints the state of uploads as a table, with further lines for errors. */
final class UploadLines {
    private UploadLines() {}

    static void print(List<LedgerRow> rows, PrintWriter out) {
        final Table table = new Table(Ansi.AUTO, 6, 2, 3, 4);
        table.head("state", "uploaded", "rows", "rows dropped", "unreadable labels", "object");
        for (final LedgerRow row : rows) {
            table.addColoured(
                    colour(row),
                    state(row),
                    row.uploadedAt().truncatedTo(ChronoUnit.SECONDS).toString(),
                    text(row.rowsRead()),
                    text(row.rowsDropped()),
                    text(row.unreadableLabels()),
                    row.name());
            if (row.reason() != null) {
                table.addNote((row.failedStep() == null ? "" : row.failedStep() + ": ") + row.reason());
            }
            if (row.deadLetter() != null) {
                table.addNote("dead letter " + row.deadLetter());
            }
        }
        table.print(out);
    }

    /** The state, with what makes it less than it seems. */
    static String state(LedgerRow row) {
        return row.state().name() + (row.isAllDropped() ? " (all rows dropped)" : "");
    }

    private static String text(Long number) {
        return number == null ? "" : number.toString();
    }

    private static String colour(LedgerRow row) {
        return switch (row.state()) {
            case LOADED -> row.isAllDropped() ? "red" : "green";
            case FAILED -> "red";
            case SUPERSEDED, REMOVED, IGNORED -> "faint";
            default -> "yellow";
        };
    }
}

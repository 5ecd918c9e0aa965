package org.usagestreams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.commandline.Interruption;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.Progress;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.loading.LoadWait;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.ledger.UploadState;

/** Waits until object versions are loaded, with a progress bar, and prints a line for each that is not. */
final class LoadReport {
    /** Exit code: an object failed, will not count, or lost all rows. */
    static final int FAILED = 3;

    /** Exit code: the time was up. */
    static final int TIMED_OUT = 4;

    private static final String UNREAD = "its notification has not been read yet";

    private LoadReport() {}

    static String interrupted(long left, long all) {
        return String.format(
                Locale.ROOT,
                "Interrupted: %,d of %,d objects are not loaded yet. They are still processed. To go on"
                        + " waiting, call usage-streams wait with the same files, keys or source; usage-streams status"
                        + " shows how far they are.",
                left,
                all);
    }

    /**
     * Waits.
     *
     * @param targets object versions of the settings' bucket
     * @param format in which the versions are printed that are not loaded
     * @return the exit code: 0 where all are loaded or superseded
     */
    @SuppressWarnings({"try", "unused"}) // The interruption is only closed.
    static int await(
            Settings settings, List<ObjectStore.Stored> targets, Duration timeout, ListFormat format, PrintWriter out)
            throws SQLException {
        final LoadWait.Outcome outcome;
        final AtomicLong settled = new AtomicLong();
        try (Connection connection = PostgresSettings.connect(settings);
                Interruption interruption =
                        Interruption.says(() -> interrupted(targets.size() - settled.get(), targets.size()));
                Progress progress = new Progress("load", targets.size())) {
            final LedgerTable ledger = new LedgerTable(connection, settings.text("postgres.status.schema"));
            outcome = new LoadWait(ledger::versions, Time.SYSTEM).await(targets, timeout, row -> {}, counts -> {
                settled.set(StateBar.settled(counts));
                progress.show(settled.get(), targets.size(), StateBar.text(counts));
            });
        }
        if (format.isForPeople()) {
            print(outcome, out);
        } else {
            format.print(rows(outcome), out);
        }
        out.flush();
        if (outcome.hasFailed()) {
            return FAILED;
        }
        return outcome.late().isEmpty() ? 0 : TIMED_OUT;
    }

    private static void print(LoadWait.Outcome outcome, PrintWriter out) {
        for (final LedgerRow row : outcome.notLoaded()) {
            out.println(Printable.of(
                    UploadLines.state(row) + "  " + row.name() + (row.reason() == null ? "" : ": " + row.reason())));
        }
        for (final LoadWait.Late late : outcome.late()) {
            out.println(
                    "timed out  " + Printable.of(late.key()) + ": " + (late.state() == null ? UNREAD : late.state()));
        }
    }

    private static List<ObjectNode> rows(LoadWait.Outcome outcome) {
        final List<ObjectNode> rows = new ArrayList<>();
        outcome.notLoaded()
                .forEach(row -> rows.add(row(row.key(), row.state(), row.reason(), row.isAllDropped(), false)));
        outcome.late()
                .forEach(late ->
                        rows.add(row(late.key(), late.state(), late.state() == null ? UNREAD : null, false, true)));
        return rows;
    }

    private static ObjectNode row(String key, UploadState state, String reason, boolean allDropped, boolean timedOut) {
        return JsonRows.row()
                .put("object_key", key)
                .put("state", state == null ? null : state.name())
                .put("reason", reason)
                .put("all_rows_dropped", allDropped)
                .put("timed_out", timedOut);
    }
}

package org.usagestreams.cli;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.Progress;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.loading.LoadWait;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;

/** Waits until object versions are loaded, with a progress bar, and prints a line for each that is not. */
final class LoadReport {
    /** Exit code: an object failed, will not count, or lost all rows. */
    static final int FAILED = 3;

    /** Exit code: the time was up. */
    static final int TIMED_OUT = 4;

    private LoadReport() {}

    /**
     * Waits.
     *
     * @param targets object versions of the settings' bucket
     * @return the exit code: 0 where all are loaded or superseded
     */
    static int await(Settings settings, List<ObjectStore.Stored> targets, Duration timeout, PrintWriter out)
            throws SQLException {
        final LoadWait.Outcome outcome;
        try (Connection connection = PostgresSettings.connect(settings);
                Progress progress = new Progress("load", targets.size())) {
            final LedgerTable ledger = new LedgerTable(connection, settings.text("postgres.status.schema"));
            outcome = new LoadWait(ledger::versions, Time.SYSTEM)
                    .await(targets, timeout, row -> progress.step(row.state().name()));
        }
        for (final LedgerRow row : outcome.notLoaded()) {
            out.println(Printable.of(
                    UploadLines.state(row) + "  " + row.name() + (row.reason() == null ? "" : ": " + row.reason())));
        }
        for (final LoadWait.Late late : outcome.late()) {
            out.println("timed out  " + Printable.of(late.key()) + ": "
                    + (late.state() == null ? "its notification has not been read yet" : late.state()));
        }
        out.flush();
        if (outcome.hasFailed()) {
            return FAILED;
        }
        return outcome.late().isEmpty() ? 0 : TIMED_OUT;
    }
}

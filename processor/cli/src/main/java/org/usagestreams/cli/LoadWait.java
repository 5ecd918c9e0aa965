package org.usagestreams.cli;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.usagestreams.commandline.Progress;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.ledger.UploadState;

/** Waits until object versions are loaded, as the ledger has it. */
final class LoadWait {
    /** Exit code: an object failed, or will not count. */
    static final int FAILED = 3;

    /** Exit code: the time was up. */
    static final int TIMED_OUT = 4;

    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int AT_ONCE = 500;

    private final Settings settings;
    private final PrintWriter out;

    LoadWait(Settings settings, PrintWriter out) {
        this.settings = settings;
        this.out = out;
    }

    /**
     * Waits.
     *
     * @param targets object versions of the settings' bucket
     * @return the exit code: 0 where all are loaded or superseded
     */
    int await(List<ObjectStore.Stored> targets, Duration timeout) throws SQLException {
        final Map<String, ObjectStore.Stored> left = new LinkedHashMap<>();
        targets.forEach(target -> left.put(target.key(), target));
        final List<LedgerRow> bad = new ArrayList<>();
        final long deadline = System.nanoTime() + timeout.toNanos();
        final Map<String, LedgerRow> seen = new LinkedHashMap<>();
        try (Connection connection = PostgresSettings.connect(settings);
                Progress progress = new Progress("load", targets.size())) {
            final LedgerTable ledger = new LedgerTable(connection, settings.text("postgres.schema"));
            while (true) {
                look(ledger, left, seen);
                for (final LedgerRow row : seen.values()) {
                    if (row.state().isSettled() && left.remove(row.key()) != null) {
                        progress.step(row.state().name());
                        if (row.state() != UploadState.LOADED) {
                            bad.add(row);
                        }
                    }
                }
                if (left.isEmpty() || System.nanoTime() > deadline) {
                    break;
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
        int code = 0;
        for (final LedgerRow row : bad) {
            out.println(row.state() + "  " + row.name() + (row.reason() == null ? "" : ": " + row.reason()));
            if (row.state() != UploadState.SUPERSEDED) {
                code = FAILED;
            }
        }
        for (final String key : left.keySet()) {
            out.println("timed out  " + key + ": "
                    + (seen.containsKey(key) ? seen.get(key).state() : "its notification was not read yet"));
            code = code == 0 ? TIMED_OUT : code;
        }
        out.flush();
        return code;
    }

    private static void look(LedgerTable ledger, Map<String, ObjectStore.Stored> left, Map<String, LedgerRow> seen)
            throws SQLException {
        final List<String> keys = new ArrayList<>(left.keySet());
        for (int i = 0; i < keys.size(); i += AT_ONCE) {
            final List<String> some = keys.subList(i, Math.min(keys.size(), i + AT_ONCE));
            final String bucket = left.get(some.get(0)).bucket();
            for (final LedgerRow row : ledger.versions(bucket, some)) {
                final ObjectStore.Stored target = left.get(row.key());
                // A listing does not tell version ids: of versions with the same contents the latest is meant.
                final boolean meant = target.versionId().isEmpty()
                        ? row.etag().equals(target.etag())
                        : row.is(target.etag(), target.versionId());
                if (meant) {
                    seen.merge(row.key(), row, (a, b) -> b.eventAt().isBefore(a.eventAt()) ? a : b);
                }
            }
        }
    }
}

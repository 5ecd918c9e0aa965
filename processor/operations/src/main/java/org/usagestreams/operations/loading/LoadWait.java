package org.usagestreams.operations.loading;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.ledger.UploadState;

/** Waits until object versions are loaded, according to the ledger. Not thread-safe. */
public final class LoadWait {
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int AT_ONCE = 500;

    private final Versions ledger;
    private final Time time;

    /** The ledger, as far as it is asked: {@link LedgerTable#versions}. */
    @FunctionalInterface
    public interface Versions {
        /**
         * All versions of these objects.
         *
         * @throws SQLException where the ledger cannot be read
         */
        List<LedgerRow> of(String bucket, Collection<String> keys) throws SQLException;
    }

    /** Waits by this clock. */
    public LoadWait(Versions ledger, Time time) {
        this.ledger = ledger;
        this.time = time;
    }

    /**
     * What came of the wait.
     *
     * @param notLoaded versions of which nothing more is to come, and that are not loaded or lost all rows, in the order in which
     *     they were found
     * @param late versions of which something more is to come
     */
    public record Outcome(List<LedgerRow> notLoaded, List<Late> late) {
        /** Whether a version failed, does not count or lost all rows; one that is superseded by what is newer is well. */
        public boolean hasFailed() {
            return notLoaded.stream().anyMatch(row -> row.state() != UploadState.SUPERSEDED);
        }
    }

    /**
     * An object whose version was not settled in time.
     *
     * @param state how far it is; null where its notification was not read yet
     */
    public record Late(String key, UploadState state) {}

    /**
     * Waits until nothing more is to come of any of them, or the time is up.
     *
     * @param targets object versions of one bucket
     * @param settled hears of each version as it comes to its end
     * @throws SQLException where the ledger cannot be read
     */
    public Outcome await(List<ObjectStore.Stored> targets, Duration timeout, Consumer<LedgerRow> settled)
            throws SQLException {
        return await(targets, timeout, settled, counts -> {});
    }

    /**
     * Waits as the other does.
     *
     * @param looked hears after each look how many versions are in each state; those whose notification was not read yet are in
     *     none
     * @throws SQLException where the ledger cannot be read
     */
    public Outcome await(
            List<ObjectStore.Stored> targets,
            Duration timeout,
            Consumer<LedgerRow> settled,
            Consumer<Map<UploadState, Long>> looked)
            throws SQLException {
        final Map<String, ObjectStore.Stored> left = new LinkedHashMap<>();
        targets.forEach(target -> left.put(target.key(), target));
        final List<LedgerRow> bad = new ArrayList<>();
        final long deadline = time.nanoseconds() + timeout.toNanos();
        final Map<String, LedgerRow> seen = new LinkedHashMap<>();
        while (true) {
            look(left, seen);
            for (final LedgerRow row : seen.values()) {
                if (row.state().isSettled() && left.remove(row.key()) != null) {
                    settled.accept(row);
                    if (row.state() != UploadState.LOADED || row.isAllDropped()) {
                        bad.add(row);
                    }
                }
            }
            looked.accept(counts(seen.values()));
            if (left.isEmpty() || time.nanoseconds() > deadline) {
                break;
            }
            time.sleep(LOOK.toMillis());
        }
        final List<Late> late = left.keySet().stream()
                .map(key -> new Late(key, seen.containsKey(key) ? seen.get(key).state() : null))
                .toList();
        return new Outcome(List.copyOf(bad), late);
    }

    private static Map<UploadState, Long> counts(Collection<LedgerRow> rows) {
        final Map<UploadState, Long> counts = new EnumMap<>(UploadState.class);
        rows.forEach(row -> counts.merge(row.state(), 1L, Long::sum));
        return counts;
    }

    private void look(Map<String, ObjectStore.Stored> left, Map<String, LedgerRow> seen) throws SQLException {
        final List<String> keys = new ArrayList<>(left.keySet());
        for (int i = 0; i < keys.size(); i += AT_ONCE) {
            final List<String> some = keys.subList(i, Math.min(keys.size(), i + AT_ONCE));
            final String bucket = left.get(some.get(0)).bucket();
            for (final LedgerRow row : ledger.of(bucket, some)) {
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

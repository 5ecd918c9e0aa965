package org.usagestreams.summarizer;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.usagestreams.rules.SummaryRow;
import org.usagestreams.rules.TableLimits;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.summary.SummaryKey;

/**
 * Compares rows of one day's pass, all of them or a group, with those published before: sends those that differ, and keeps the digests of
 * all.
 */
final class RowPublisher {
    private final DayKey day;
    private final SummaryKey.OfDay keys;
    private final Map<UUID, Long> earlier;
    private final DaySummarizer.Output output;
    private final Map<UUID, Long> digests = new HashMap<>();
    private int changed;
    private int setAside;
    private int removed;

    /**
     * Begins a pass.
     *
     * @param earlier digests of the published rows by uuid, as in {@link PublishedStore}
     */
    RowPublisher(DayKey day, Map<UUID, Long> earlier, DaySummarizer.Output output) {
        this.day = day;
        keys = new SummaryKey.OfDay(day);
        this.earlier = earlier;
        this.output = output;
    }

    /** Why the row would be refused; null if it would not. */
    static String violation(SummaryRow row, byte[] value, int rowBytes) {
        return value.length > rowBytes
                ? "the row has " + value.length + " bytes, over the limit of " + rowBytes
                        + " (setting summary.row.bytes)"
                : TableLimits.violation(row);
    }

    /**
     * Takes a derived row.
     *
     * @param violation as in {@link #violation}
     */
    void add(UUID uuid, byte[] value, String violation) {
        final long digest = (PublishedStore.digest(value) & ~1L) | (violation == null ? 0 : 1);
        digests.put(uuid, digest);
        setAside += violation == null ? 0 : 1;
        final Long before = earlier.get(uuid);
        if (before != null && before == digest) {
            return;
        }
        changed++;
        final SummaryKey key = keys.row(uuid);
        final boolean wasSetAside = before != null && (before & 1) == 1;
        if (violation == null) {
            output.row(key, value);
            if (wasSetAside) {
                output.settleLetter(deadLetter(uuid, null, null).id());
            }
            return;
        }
        if (before != null && !wasSetAside) {
            output.row(key, null);
        }
        output.deadLetter(deadLetter(uuid, violation, value));
    }

    /** All rows were taken: sends tombstones for those that no longer exist. */
    void finish() {
        for (final Map.Entry<UUID, Long> row : earlier.entrySet()) {
            if (!digests.containsKey(row.getKey())) {
                removed++;
                if ((row.getValue() & 1) == 0) {
                    output.row(keys.row(row.getKey()), null);
                } else {
                    output.settleLetter(deadLetter(row.getKey(), null, null).id());
                }
            }
        }
    }

    private DeadLetter deadLetter(UUID row, String violation, byte[] value) {
        return new DeadLetter(
                DeadLetter.Step.PUBLISH,
                "PostgreSQL would refuse the row: " + violation,
                null,
                "row " + row,
                day.toString(),
                DeadLetter.payloadOf(value),
                DeadLetter.time(output.now()));
    }

    /** The digests of all rows by uuid. */
    Map<UUID, Long> digests() {
        return digests;
    }

    /** Rows that differ from what was published. */
    int changed() {
        return changed;
    }

    /** Rows that PostgreSQL would refuse. */
    int setAside() {
        return setAside;
    }

    /** Rows that no longer exist. */
    int removed() {
        return removed;
    }
}

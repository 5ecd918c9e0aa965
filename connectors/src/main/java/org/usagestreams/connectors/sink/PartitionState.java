package org.usagestreams.connectors.sink;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.apache.kafka.common.TopicPartition;

/** How far a partition of the summary topic is read, and what of it is not loaded yet. Used by one thread. */
final class PartitionState {
    private final TopicPartition partition;
    private final Map<RowKey.Day, PendingDay> pending = new LinkedHashMap<>();
    /** Days that were loaded while the partition is read from its beginning. */
    private final Set<RowKey.Day> loaded = new HashSet<>();

    private long position;
    private long stored;
    private boolean rewrite;
    private boolean skipped;

    /**
     * A partition that is read from a position.
     *
     * @param rewrite whether all of it is read, and the table is to hold nothing else of ours
     */
    PartitionState(TopicPartition partition, long position, boolean rewrite) {
        this.partition = partition;
        this.position = position;
        this.stored = position;
        this.rewrite = rewrite;
    }

    TopicPartition partition() {
        return partition;
    }

    /** The offset of the next record, behind markers of transactions. */
    long position() {
        return position;
    }

    void readTo(long next) {
        position = Math.max(position, next);
    }

    /** The position in PostgreSQL. */
    long stored() {
        return stored;
    }

    /** Where reading has to begin again so that nothing is missing. */
    long resumeAt() {
        return resumeAfter(Set.of());
    }

    /** The same once these days are loaded up to their markers. */
    long resumeAfter(Set<PendingDay> done) {
        return pending.values().stream()
                .mapToLong(day -> done.contains(day) ? day.firstBehindMarker() : day.first())
                .filter(first -> first >= 0)
                .min()
                .orElse(position);
    }

    void stored(long offset) {
        stored = offset;
        skipped &= stored < position;
    }

    /** A record was read that leads to no load, so that no load writes the position behind it. */
    void skip() {
        skipped = true;
    }

    /** Whether only records that lead to no load are between the position in PostgreSQL and this. */
    boolean hasSkipped() {
        return skipped && resumeAt() == position && stored < position;
    }

    boolean isRewrite() {
        return rewrite;
    }

    /** The table holds what the partition holds. */
    void rewritten() {
        rewrite = false;
        loaded.clear();
    }

    /** Whether a day was loaded since the partition is read from its beginning. */
    boolean hasLoaded(RowKey.Day day) {
        return loaded.contains(day);
    }

    Collection<PendingDay> pending() {
        return pending.values();
    }

    /** The day's entry; created if there is none. */
    PendingDay day(RowKey.Day day, IntSupplier number) {
        PendingDay found = pending.get(day);
        if (found == null) {
            found = new PendingDay(partition, day, number.getAsInt());
            pending.put(day, found);
        }
        return found;
    }

    /** A day is not to be loaded from here. What is staged of it stays unused. */
    void forget(RowKey.Day day) {
        pending.remove(day);
    }

    /** A day was loaded, or set aside, up to its marker. */
    void settle(PendingDay day) {
        if (rewrite) {
            loaded.add(day.day());
        }
        if (!day.loaded()) {
            pending.remove(day.day());
        }
    }
}

package org.usagestreams.simulation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.header.Header;

/**
 * One partition: data and control records, open transactions, the last stable offset, compaction and retention. Replication
 * is immediate, so the high watermark is the end.
 */
final class PartitionLog {
    private final TopicOptions options;
    /** In order of offsets, with gaps where records were removed. */
    private List<Entry> entries = new ArrayList<>();
    /** The open transaction of each producer. */
    private final Map<Long, Part> open = new HashMap<>();

    private long start;
    private long next;

    /** What one transaction wrote to this partition. */
    private static final class Part {
        private final long first;
        private Outcome outcome = Outcome.OPEN;

        private Part(long first) {
            this.first = first;
        }
    }

    private enum Outcome {
        OPEN,
        COMMITTED,
        ABORTED
    }

    private static final class Entry {
        private final LogRecord record;
        /** Null for a record outside transactions. */
        private final Part part;
        /** Whether it is the marker that ends its transaction. */
        private final boolean control;
        /** When a tombstone or marker may go; 0 until a compaction has met it. */
        private long deleteAt;

        private Entry(LogRecord record, Part part, boolean control) {
            this.record = record;
            this.part = part;
            this.control = control;
        }

        private boolean isCommitted() {
            return part == null || part.outcome == Outcome.COMMITTED;
        }
    }

    private record Key(byte[] bytes) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && Arrays.equals(bytes, key.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    PartitionLog(TopicOptions options) {
        this.options = options;
    }

    TopicOptions options() {
        return options;
    }

    long start() {
        return start;
    }

    long end() {
        return next;
    }

    long lastStable() {
        return open.values().stream().mapToLong(part -> part.first).min().orElse(next);
    }

    /** Appends a record; a producer id of -1 stands for none. */
    long append(long producerId, byte[] key, byte[] value, List<Header> headers, long timestamp) {
        final Part part = producerId < 0 ? null : open.computeIfAbsent(producerId, id -> new Part(next));
        entries.add(new Entry(new LogRecord(next, timestamp, key, value, List.copyOf(headers)), part, false));
        return next++;
    }

    /** Ends a producer's transaction here with a control record. */
    void mark(long producerId, boolean commit, long timestamp) {
        final Part part = open.remove(producerId);
        if (part != null) {
            part.outcome = commit ? Outcome.COMMITTED : Outcome.ABORTED;
        }
        // A partition that was added to the transaction and never written to gets its marker too.
        final Part marked = part == null ? new Part(next) : part;
        marked.outcome = commit ? Outcome.COMMITTED : Outcome.ABORTED;
        entries.add(new Entry(new LogRecord(next, timestamp, null, null, List.of()), marked, true));
        next++;
    }

    Fetched fetch(long from, int max, boolean committed) {
        final long bound = committed ? lastStable() : next;
        if (from < start || from > next) {
            throw new OffsetOutOfRangeException("offset " + from + " is not within " + start + " and " + next);
        }
        final List<LogRecord> records = new ArrayList<>();
        for (int i = firstAt(from); i < entries.size(); i++) {
            final Entry entry = entries.get(i);
            if (entry.record.offset() >= bound) {
                break;
            }
            if (entry.control || (committed && !entry.isCommitted())) {
                continue;
            }
            if (records.size() == max) {
                return new Fetched(records, records.get(max - 1).offset() + 1, start, lastStable(), next);
            }
            records.add(entry.record);
        }
        return new Fetched(records, Math.max(from, bound), start, lastStable(), next);
    }

    /** The first entry at this offset or behind it. */
    private int firstAt(long offset) {
        int low = 0;
        int high = entries.size();
        while (low < high) {
            final int middle = (low + high) >>> 1;
            if (entries.get(middle).record.offset() < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** The first record at this time or later; -1 for none. */
    long offsetFor(long timestamp) {
        return entries.stream()
                .filter(entry -> !entry.control && entry.record.timestamp() >= timestamp)
                .mapToLong(entry -> entry.record.offset())
                .findFirst()
                .orElse(-1);
    }

    /**
     * Removes superseded and aborted records, and tombstones and markers that a compaction met longer than the delete
     * retention ago. Nothing at or behind the last stable offset is touched.
     */
    void compact(long now) {
        final long bound = lastStable();
        final long youngest = now - options.minCompactionLag().toMillis();
        final Map<Key, Long> latest = new HashMap<>();
        long cleanable = bound;
        for (final Entry entry : entries) {
            // The cleaner works on a prefix: it stops at the first record that is too young.
            if (entry.record.offset() >= bound
                    || (options.minCompactionLag().toMillis() > 0 && entry.record.timestamp() > youngest)) {
                cleanable = Math.min(cleanable, entry.record.offset());
                break;
            }
            if (!entry.control && entry.isCommitted()) {
                latest.put(new Key(entry.record.key()), entry.record.offset());
            }
        }
        final Set<Part> alive = new HashSet<>();
        final List<Entry> kept = new ArrayList<>();
        for (final Entry entry : entries) {
            if (entry.record.offset() >= cleanable || keeps(entry, latest, now)) {
                kept.add(entry);
                if (!entry.control && entry.part != null) {
                    alive.add(entry.part);
                }
            }
        }
        final long done = cleanable;
        kept.removeIf(entry ->
                entry.control && entry.record.offset() < done && !alive.contains(entry.part) && isDue(entry, now));
        entries = kept;
    }

    private boolean keeps(Entry entry, Map<Key, Long> latest, long now) {
        if (entry.control) {
            return true;
        }
        if (!entry.isCommitted() || latest.get(new Key(entry.record.key())) != entry.record.offset()) {
            return false;
        }
        return entry.record.value() != null || !isDue(entry, now);
    }

    private boolean isDue(Entry entry, long now) {
        if (entry.deleteAt == 0) {
            entry.deleteAt = now + options.deleteRetention().toMillis();
            return false;
        }
        return now >= entry.deleteAt;
    }

    /** Moves the start past records that are older than the retention. */
    void expire(long now) {
        if (options.retention() == null) {
            return;
        }
        final long oldest = now - options.retention().toMillis();
        final long bound = lastStable();
        long to = start;
        for (final Entry entry : entries) {
            if (entry.record.offset() >= bound || entry.record.timestamp() >= oldest) {
                break;
            }
            to = entry.record.offset() + 1;
        }
        deleteBefore(to);
    }

    /** Moves the start to this offset, as {@code Admin.deleteRecords} does. */
    void deleteBefore(long offset) {
        if (offset > next) {
            throw new OffsetOutOfRangeException("offset " + offset + " is behind the end " + next);
        }
        start = Math.max(start, offset);
        final Iterator<Entry> each = entries.iterator();
        while (each.hasNext() && each.next().record.offset() < start) {
            each.remove();
        }
    }

    /** Data records that readers of committed records would get, whatever their position. */
    List<LogRecord> committed() {
        return fetch(start, Integer.MAX_VALUE, true).records();
    }
}

package org.usagestreams.connectors.sink;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.sink.SinkRecord;
import org.usagestreams.wire.summary.SummaryKey;

/** A summary topic in memory: transactions with markers, and compaction that removes what a later record replaces. */
final class TopicLog implements SummaryTopic {
    static final String TOPIC = "summary";

    private final Map<TopicPartition, List<Entry>> entries = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private final Duration compactionLag;
    private Uuid id = Uuid.randomUuid();
    boolean isReachable = true;

    /** A record, or a marker of a transaction where it has no key. */
    private record Entry(long offset, long timestamp, String key, String value, boolean isMoved) {}

    /** What a poll gives. */
    record Poll(List<SinkRecord> records, long next) {}

    TopicLog(Duration compactionLag) {
        this.compactionLag = compactionLag;
    }

    static TopicPartition partition(int number) {
        return new TopicPartition(TOPIC, number);
    }

    /** Appends a transaction; values may be null. */
    void append(TopicPartition partition, long timestamp, List<Map.Entry<String, String>> records) {
        records.forEach(record -> append(partition, timestamp, record.getKey(), record.getValue(), false));
        append(partition, timestamp, null, null, false);
    }

    private void append(TopicPartition partition, long timestamp, String key, String value, boolean isMoved) {
        final long offset = ends.merge(partition, 1L, Long::sum) - 1;
        entries.computeIfAbsent(partition, p -> new ArrayList<>())
                .add(new Entry(offset, timestamp, key, value, isMoved));
    }

    /** Compacts some of each partition, as far as the lag allows. */
    void compact(Random random, long now) {
        entries.replaceAll((partition, log) -> {
            final long upTo = random.nextLong(ends.get(partition) + 1);
            final Map<String, Long> last = new HashMap<>();
            for (final Entry entry : log) {
                if (entry.offset() < upTo
                        && entry.key() != null
                        && entry.timestamp() <= now - compactionLag.toMillis()) {
                    last.put(entry.key(), entry.offset());
                }
            }
            return log.stream()
                    .filter(entry -> entry.key() == null || last.getOrDefault(entry.key(), -1L) <= entry.offset())
                    .collect(Collectors.toCollection(ArrayList::new));
        });
    }

    /** All that was replaced is gone, and then the tombstones, as after their retention. */
    void expireTombstones() {
        entries.replaceAll((partition, log) -> {
            final Map<String, Long> last = new HashMap<>();
            log.forEach(entry -> last.put(entry.key(), entry.offset()));
            return log.stream()
                    .filter(entry -> last.get(entry.key()) == entry.offset())
                    .collect(Collectors.toCollection(ArrayList::new));
        });
        entries.replaceAll((partition, log) -> log.stream()
                .filter(entry -> entry.key() == null || entry.value() != null)
                .collect(Collectors.toCollection(ArrayList::new)));
    }

    /** The topic is made anew with the same records. */
    void replaceTopic() {
        id = Uuid.randomUuid();
    }

    /** All records are gone, as with the disk of the only replica. The topic keeps its id. */
    void loseRecords() {
        entries.clear();
        ends.clear();
    }

    long end(TopicPartition partition) {
        return ends.getOrDefault(partition, 0L);
    }

    /** An expansion has taken the records with these keys to another partition. */
    void leave(TopicPartition partition, long timestamp, List<String> keys) {
        keys.forEach(key -> append(partition, timestamp, key, null, true));
        append(partition, timestamp, null, null, false);
    }

    Poll poll(TopicPartition partition, long from, int most) {
        final List<SinkRecord> records = new ArrayList<>();
        long next = from;
        for (final Entry entry : entries.getOrDefault(partition, List.of())) {
            if (entry.offset() < from) {
                continue;
            }
            if (records.size() == most) {
                return new Poll(records, next);
            }
            next = entry.offset() + 1;
            if (entry.key() != null) {
                records.add(new SinkRecord(
                        TOPIC,
                        partition.partition(),
                        null,
                        bytes(entry.key()),
                        null,
                        bytes(entry.value()),
                        entry.offset(),
                        entry.timestamp(),
                        TimestampType.CREATE_TIME,
                        entry.isMoved()
                                ? new ConnectHeaders().addBytes(SummaryKey.MOVED_HEADER, new byte[0])
                                : new ConnectHeaders()));
            }
        }
        return new Poll(records, ends.getOrDefault(partition, 0L));
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private void mustBeReachable() {
        if (!isReachable) {
            throw new org.apache.kafka.common.errors.TimeoutException("the broker is away");
        }
    }

    @Override
    public Description describe(String topic) {
        mustBeReachable();
        return new Description(id, compactionLag, Duration.ofDays(7));
    }

    @Override
    public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return all(partitions, partition -> 0L);
    }

    @Override
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return all(partitions, partition -> ends.getOrDefault(partition, 0L));
    }

    private Map<TopicPartition, Long> all(
            Collection<TopicPartition> partitions, Function<TopicPartition, Long> offset) {
        mustBeReachable();
        return partitions.stream().collect(Collectors.toMap(Function.identity(), offset));
    }

    @Override
    public void close() {
        // It is nobody's.
    }
}

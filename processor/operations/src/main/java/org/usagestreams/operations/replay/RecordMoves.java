package org.usagestreams.operations.replay;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.usagestreams.topics.TopicReader;

/**
 * Moves records of compacted topics to other partitions in transactions, so that each record is always in exactly one. Moved
 * records have a header. Not thread-safe.
 */
final class RecordMoves {
    /** Moved records of a transaction. */
    private static final int AT_ONCE = 50_000;

    private static final String TRANSACTIONS = "usage-growth";

    private final ReplayTarget target;
    private final TopicReader reader;
    private final List<Header> moved;

    /** Where a key belongs. */
    interface Location {
        int of(byte[] key);
    }

    /**
     * Moves records of a system whose topics come to have so many partitions.
     *
     * @param reader stays the caller's
     */
    RecordMoves(ReplayTarget target, TopicReader reader, int partitions) {
        this.target = target;
        this.reader = reader;
        moved = List.of(new RecordHeader(ReadCheck.MOVED, ReadCheck.mark(partitions)));
    }

    /**
     * Moves the last record of each key to where the key belongs.
     *
     * @param partitions all of a topic
     * @return the number of records that were moved
     */
    long move(List<TopicPartition> partitions, Location place) {
        long count = 0;
        for (final TopicPartition partition : partitions) {
            final Map<String, Long> misplaced = new HashMap<>();
            reader.read(List.of(partition), record -> {
                final String key = new String(record.key(), StandardCharsets.ISO_8859_1);
                if (record.value() == null || place.of(record.key()) == partition.partition()) {
                    misplaced.remove(key);
                } else {
                    misplaced.put(key, record.offset());
                }
            });
            count += misplaced.size();
            if (!misplaced.isEmpty()) {
                move(partition, place, misplaced);
            }
        }
        return count;
    }

    private void move(TopicPartition partition, Location place, Map<String, Long> misplaced) {
        final List<byte[]> open = new ArrayList<>();
        try (Transactions transactions = new Transactions(target, TRANSACTIONS)) {
            final Producer<byte[], byte[]> producer = transactions.begin();
            reader.read(List.of(partition), record -> {
                final Long last = misplaced.get(new String(record.key(), StandardCharsets.ISO_8859_1));
                if (last != null && last == record.offset()) {
                    Transactions.send(
                            producer,
                            new ProducerRecord<>(
                                    partition.topic(),
                                    place.of(record.key()),
                                    record.timestamp(),
                                    record.key(),
                                    record.value(),
                                    headers(record)));
                    open.add(record.key());
                    if (open.size() >= AT_ONCE) {
                        leave(producer, partition, open);
                        transactions.commit();
                        transactions.begin();
                    }
                }
            });
            leave(producer, partition, open);
            transactions.commit();
        }
    }

    /** Its own, and that it was moved. */
    private List<Header> headers(ConsumerRecord<byte[], byte[]> record) {
        final List<Header> headers = new ArrayList<>(moved);
        record.headers().forEach(header -> {
            if (!header.key().equals(ReadCheck.MOVED)) {
                headers.add(header);
            }
        });
        return headers;
    }

    /** In the same transaction, so that a record is never nowhere. */
    private void leave(Producer<byte[], byte[]> producer, TopicPartition partition, List<byte[]> keys) {
        keys.forEach(key -> Transactions.send(
                producer, new ProducerRecord<>(partition.topic(), partition.partition(), key, null, moved)));
        keys.clear();
    }

    /**
     * Copies all records of a partition.
     *
     * @param to partitions of the same topic
     */
    void copy(TopicPartition from, List<TopicPartition> to) {
        try (Transactions transactions = new Transactions(target, TRANSACTIONS)) {
            final Producer<byte[], byte[]> producer = transactions.begin();
            reader.read(
                    List.of(from),
                    record -> to.forEach(partition -> Transactions.send(
                            producer,
                            new ProducerRecord<>(
                                    partition.topic(),
                                    partition.partition(),
                                    record.timestamp(),
                                    record.key(),
                                    record.value(),
                                    headers(record)))));
            transactions.commit();
        }
    }
}

package org.usagestreams.topics;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;

/** Reads committed records of topics outside of any consumer group: all current records, or one. */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
    private final Time time;

    /** Reads with a client of these properties. */
    public TopicReader(KafkaClients clients, Map<String, Object> kafka) {
        this(clients, kafka, Time.SYSTEM);
    }

    /** Reads with a client of these properties, and measures with that clock how long no record comes. */
    public TopicReader(KafkaClients clients, Map<String, Object> kafka, Time time) {
        consumer = CommittedReader.open(clients, kafka);
        this.time = time;
    }

    /**
     * Reads a topic from its beginning to where it ends now; the records of a partition in their order.
     *
     * @throws TimeoutException if the broker does not answer, or no record comes for long
     */
    public void readAll(String topic, Consumer<ConsumerRecord<byte[], byte[]>> records) {
        read(partitions(topic), records);
    }

    /** The partitions of a topic; none where there is no such topic. */
    public List<TopicPartition> partitions(String topic) {
        return consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .sorted(Comparator.comparingInt(TopicPartition::partition))
                .toList();
    }

    /**
     * Reads partitions from their beginning to where they end now.
     *
     * @throws TimeoutException if the broker does not answer, or no record comes for long
     */
    public void read(List<TopicPartition> partitions, Consumer<ConsumerRecord<byte[], byte[]>> records) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        final Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        final StallGuard guard = new StallGuard(time, partitions + " to the end");
        for (long left = left(ends); left > 0; left = left(ends)) {
            guard.check(left);
            consumer.poll(POLL).forEach(records);
        }
    }

    private long left(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey())))
                .sum();
    }

    /**
     * One record; empty where it is no longer there.
     *
     * @throws TimeoutException if the broker does not answer, or no record comes for long
     */
    public Optional<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition, long offset) {
        final List<TopicPartition> partitions = List.of(partition);
        consumer.assign(partitions);
        if (consumer.beginningOffsets(partitions).get(partition) > offset
                || consumer.endOffsets(partitions).get(partition) <= offset) {
            return Optional.empty();
        }
        consumer.seek(partition, offset);
        final StallGuard guard = new StallGuard(time, partition + "@" + offset);
        while (consumer.position(partition) <= offset) {
            guard.check(offset + 1 - consumer.position(partition));
            for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return record.offset() == offset ? Optional.of(record) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        consumer.close();
    }
}

package org.usagestreams.topics;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;

/**
 * Where the first and the last record of a partition are that a reader of committed records gets. The partition's end does
 * not tell: markers of transactions may lie before it, and who waits for a record there waits for ever. Thread-safe.
 */
public final class LastRecords implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long FIRST_STEP = 4;
    private static final long STEP_FACTOR = 16;

    private final Consumer<byte[], byte[]> consumer;
    private final Time time;

    /**
     * Looks with a client of these properties.
     *
     * @param time measures how long no record comes
     */
    public LastRecords(KafkaClients clients, Map<String, Object> kafka, Time time) {
        consumer = CommittedReader.open(clients, kafka);
        this.time = time;
    }

    /**
     * The offset behind the partition's last record; 0 where it has none. What is not committed yet is not waited for.
     *
     * @throws TimeoutException if the broker does not answer, or no record comes for long
     */
    public synchronized long end(String topic, int number) {
        final TopicPartition partition = new TopicPartition(topic, number);
        final List<TopicPartition> one = List.of(partition);
        consumer.assign(one);
        final long begin = consumer.beginningOffsets(one).get(partition);
        final long end = consumer.endOffsets(one).get(partition);
        long last = 0;
        for (long step = FIRST_STEP; last == 0 && end > begin; step *= STEP_FACTOR) {
            final long from = Math.max(begin, end - step);
            consumer.seek(partition, from);
            final StallGuard guard = new StallGuard(time, "the end of " + partition);
            while (consumer.position(partition) < end) {
                guard.check(end - consumer.position(partition));
                for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    last = record.offset() < end ? record.offset() + 1 : last;
                }
            }
            if (from == begin) {
                break;
            }
        }
        return last;
    }

    /**
     * The offset of the partition's first record; empty where it has none.
     *
     * @throws TimeoutException if the broker does not answer, or no record comes for long
     */
    public synchronized OptionalLong first(String topic, int number) {
        final TopicPartition partition = new TopicPartition(topic, number);
        final List<TopicPartition> one = List.of(partition);
        consumer.assign(one);
        consumer.seekToBeginning(one);
        final long end = consumer.endOffsets(one).get(partition);
        final StallGuard guard = new StallGuard(time, "the beginning of " + partition);
        while (consumer.position(partition) < end) {
            guard.check(end - consumer.position(partition));
            for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                return OptionalLong.of(record.offset());
            }
        }
        return OptionalLong.empty();
    }

    @Override
    public void close() {
        consumer.close();
    }
}

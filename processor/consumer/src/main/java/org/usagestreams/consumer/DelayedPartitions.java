package org.usagestreams.consumer;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;

/** Partitions of a consumer that are paused because their next record is not due. Not thread-safe. */
final class DelayedPartitions {
    private final Consumer<byte[], byte[]> consumer;
    private final Time time;

    /** When the next record is due, in nanoseconds. */
    private final Map<TopicPartition, Long> until = new HashMap<>();

    DelayedPartitions(Consumer<byte[], byte[]> consumer, Time time) {
        this.consumer = consumer;
        this.time = time;
    }

    /** Pauses the partition of a record that is not due for so long. */
    void add(ConsumerRecord<byte[], byte[]> record, long millis) {
        final TopicPartition partition = partition(record);
        until.put(partition, time.nanoseconds() + Duration.ofMillis(millis).toNanos());
        consumer.pause(List.of(partition));
    }

    /** Whether a record of its partition, this one or one before it, is not due. */
    boolean contains(ConsumerRecord<byte[], byte[]> record) {
        return until.containsKey(partition(record));
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
        return new TopicPartition(record.topic(), record.partition());
    }

    /** Forgets partitions that the consumer has lost. */
    void remove(Collection<TopicPartition> partitions) {
        until.keySet().removeAll(partitions);
    }

    /** Pauses all of them, which somebody has resumed. */
    void pauseAgain() {
        until.keySet().retainAll(consumer.assignment());
        consumer.pause(until.keySet());
    }

    /**
     * Resumes those whose next record is due now.
     *
     * @param paused whether all partitions are to stay paused
     */
    void resumeDue(boolean paused) {
        final long now = time.nanoseconds();
        final Set<TopicPartition> due = new HashSet<>();
        until.keySet().retainAll(consumer.assignment());
        until.entrySet().removeIf(each -> now - each.getValue() >= 0 && due.add(each.getKey()));
        if (!paused) {
            consumer.resume(due);
        }
    }
}

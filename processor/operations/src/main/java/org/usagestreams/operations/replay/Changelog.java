package org.usagestreams.operations.replay;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.summarizer.StateStore;
import org.usagestreams.topics.CommittedReader;
import org.usagestreams.topics.StallGuard;

/** The contents of a state store of all tasks, read from its changelog. For small stores. */
final class Changelog implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    private final Consumer<byte[], byte[]> consumer;
    private final Map<Integer, Map<String, byte[]>> entries = new HashMap<>();
    private final Collection<TopicPartition> partitions;
    private final Time time;

    /**
     * Follows a store's changelog from its beginning.
     *
     * @param application whose store it is
     */
    Changelog(ReplayTarget target, ApplicationNames application, StateStore store) {
        consumer = CommittedReader.open(target.clients(), target.kafka());
        time = target.time();
        final String topic = application.changelog(store);
        partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        if (partitions.isEmpty()) {
            consumer.close();
            throw new IllegalStateException(
                    "Cannot read topic " + topic + ": it does not exist. Application " + application.application()
                            + " has never run on this Kafka cluster. Check summary.application.id and"
                            + " kafka.bootstrap.servers.");
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /**
     * All entries by partition and key, as of now.
     *
     * @throws TimeoutException if the broker does not answer, or no record comes for long
     */
    Map<Integer, Map<String, byte[]>> now() {
        final Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        final StallGuard guard = new StallGuard(time, "the changelog " + partitions);
        for (long left = left(ends); left > 0; left = left(ends)) {
            guard.check(left);
            for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                final Map<String, byte[]> held =
                        entries.computeIfAbsent(record.partition(), partition -> new HashMap<>());
                final String key = new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    held.remove(key);
                } else {
                    held.put(key, record.value());
                }
            }
        }
        return entries;
    }

    private long left(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey())))
                .sum();
    }

    /** All keys, as of now. */
    List<String> keys() {
        return now().values().stream().flatMap(held -> held.keySet().stream()).toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}

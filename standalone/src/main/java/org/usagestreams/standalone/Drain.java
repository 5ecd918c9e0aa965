package org.usagestreams.standalone;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.usagestreams.topics.TopicRole;

/**
 * Tells when all that was uploaded is in PostgreSQL: every group has committed the last record of each of its topics, no
 * day is touched, and all of this still holds a while later, when what was under way would have been committed.
 */
final class Drain implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    /** Longer than the intervals at which Streams and Connect commit. */
    private static final Duration STILL = Duration.ofMillis(600);

    private final Stack stack;
    private final Admin admin;
    private final KafkaConsumer<byte[], byte[]> consumer;

    Drain(Stack stack) {
        this.stack = stack;
        admin = Admin.create(stack.settings().kafkaClient());
        final Map<String, Object> config = new HashMap<>(stack.settings().kafkaClient());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** Waits; false where it took longer than the timeout. */
    boolean await(Duration timeout) {
        final long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            stack.flushNotifications();
            final Map<TopicPartition, Long> before = drainedEnds();
            if (before != null) {
                LockSupport.parkNanos(STILL.toNanos());
                if (before.equals(drainedEnds())) {
                    return true;
                }
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return false;
    }

    /** Ends of all topics on the way, or null where something is still on it. */
    private Map<TopicPartition, Long> drainedEnds() {
        if (stack.summary().state() != KafkaStreams.State.RUNNING
                || stack.summary().backlog().days() != 0) {
            return null;
        }
        final Map<TopicPartition, Long> ends = new HashMap<>();
        final String streams = stack.settings().text("summary.application.id");
        final boolean drained = drained(stack.settings().text("splitter.group.id"), TopicRole.NOTIFICATIONS, ends)
                && drained(streams, TopicRole.CHUNKS, ends)
                && drained(streams, TopicRole.OBJECTS, ends)
                && drained(streams, TopicRole.RETRACTIONS, ends)
                && drained("connect-" + stack.sink().name(), TopicRole.SUMMARY, ends);
        return drained && stack.summary().backlog().days() == 0 ? ends : null;
    }

    private boolean drained(String group, TopicRole role, Map<TopicPartition, Long> ends) {
        final Map<TopicPartition, Long> wanted = ends(stack.settings().topics().name(role));
        ends.putAll(wanted);
        final Map<TopicPartition, OffsetAndMetadata> committed;
        try {
            committed = admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (java.util.concurrent.ExecutionException e) {
            throw new KafkaException("offsets of group " + group, e.getCause());
        }
        return wanted.entrySet().stream().allMatch(end -> {
            final OffsetAndMetadata offset = committed.get(end.getKey());
            return end.getValue() == 0 || (offset != null && offset.offset() >= end.getValue());
        });
    }

    /** After each partition's last record; markers of transactions are none. 0 where there is no record. */
    private Map<TopicPartition, Long> ends(String topic) {
        final List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition()))
                .toList();
        final Map<TopicPartition, Long> limits = consumer.endOffsets(partitions);
        final Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
        final Map<TopicPartition, Long> ends = new HashMap<>();
        for (final TopicPartition partition : partitions) {
            long last = -1;
            for (long back = 8; last < 0 && limits.get(partition) > begins.get(partition); back *= 4) {
                final long from = Math.max(begins.get(partition), limits.get(partition) - back);
                consumer.assign(List.of(partition));
                consumer.seek(partition, from);
                while (consumer.position(partition) < limits.get(partition)) {
                    for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        last = Math.max(last, record.offset());
                    }
                }
                if (from == begins.get(partition)) {
                    break;
                }
            }
            ends.put(partition, last + 1);
        }
        return ends;
    }

    @Override
    public void close() {
        consumer.close();
        admin.close();
    }
}

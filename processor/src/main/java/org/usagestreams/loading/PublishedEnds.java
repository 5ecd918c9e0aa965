package org.usagestreams.loading;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where the last committed record of each partition of a topic is. The end of a partition does not tell: markers of
 * transactions lie behind the last record, and a sink never commits an offset behind them.
 */
public final class PublishedEnds implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long FIRST_STEP = 2;
    private static final long STEP_FACTOR = 16;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final Map<TopicPartition, Long> seen = new HashMap<>();
    private final Map<TopicPartition, Long> last = new HashMap<>();

    /** Looks at this topic. */
    public PublishedEnds(Map<String, Object> kafka, String topic) {
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.topic = topic;
    }

    /** The offset behind each partition's last committed record as of now; only those that have one. */
    public Map<TopicPartition, Long> find() {
        final Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList());
        Map<TopicPartition, Long> open = ends.entrySet().stream()
                .filter(end -> !end.getValue().equals(seen.getOrDefault(end.getKey(), 0L)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        long step = FIRST_STEP;
        while (!open.isEmpty()) {
            final Map<TopicPartition, Long> left = new HashMap<>(open);
            left.keySet().removeAll(lookBack(open, step));
            // Where nothing is found behind what was known, what was known still holds.
            final long reached = step;
            left.entrySet().removeIf(end -> end.getValue() - reached <= seen.getOrDefault(end.getKey(), 0L));
            open = left;
            step *= STEP_FACTOR;
        }
        seen.putAll(ends);
        return Map.copyOf(last);
    }

    /** Reads the last so many offsets; the partitions in which there was a record. */
    private List<TopicPartition> lookBack(Map<TopicPartition, Long> ends, long step) {
        consumer.assign(ends.keySet());
        ends.forEach(
                (partition, end) -> consumer.seek(partition, Math.max(seen.getOrDefault(partition, 0L), end - step)));
        final Map<TopicPartition, Long> found = new HashMap<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                found.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            }
        }
        last.putAll(found);
        return List.copyOf(found.keySet());
    }

    @Override
    public void close() {
        consumer.close();
    }
}

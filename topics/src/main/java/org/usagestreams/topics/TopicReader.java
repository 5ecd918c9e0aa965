package org.usagestreams.topics;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads committed records of topics outside any consumer group: all that is there now, or one. */
public final class TopicReader implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);

    private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;

    /** Reads with a client of these properties. */
    public TopicReader(KafkaClients clients, Map<String, Object> kafka) {
        consumer = CommittedReader.open(clients, kafka);
    }

    /** Reads a topic from its beginning to where it ends now; the records of a partition in their order. */
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

    /** Reads partitions from their beginning to where they end now. */
    public void read(List<TopicPartition> partitions, Consumer<ConsumerRecord<byte[], byte[]>> records) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        final Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(records);
        }
    }

    /** One record; empty where it is no longer there. */
    public Optional<ConsumerRecord<byte[], byte[]>> read(TopicPartition partition, long offset) {
        final List<TopicPartition> partitions = List.of(partition);
        consumer.assign(partitions);
        if (consumer.beginningOffsets(partitions).get(partition) > offset
                || consumer.endOffsets(partitions).get(partition) <= offset) {
            return Optional.empty();
        }
        consumer.seek(partition, offset);
        while (consumer.position(partition) <= offset) {
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

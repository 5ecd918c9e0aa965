package org.usagestreams.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.usagestreams.topics.KafkaClients;

/**
 * A topic of one partition, empty at first, by Kafka's mock clients: one consumer for every caller that opens one, and one producer, whose
 * records go nowhere. Not thread-safe.
 */
public final class MockTopic implements KafkaClients {
    private final String name;
    private final TopicPartition partition;
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private long offset;

    /** A topic of this name. */
    public MockTopic(String name) {
        this.name = name;
        partition = new TopicPartition(name, 0);
        final Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                name, List.of(new PartitionInfo(name, 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(partition, 0L));
        consumer.updateEndOffsets(Map.of(partition, 0L));
    }

    /**
     * Adds a record, which the consumer reads with its next poll. Only once the consumer is assigned the partition.
     *
     * @param value null for a tombstone
     */
    public void add(String key, byte[] value) {
        consumer.addRecord(new ConsumerRecord<>(name, 0, offset++, key.getBytes(UTF_8), value));
        consumer.updateEndOffsets(Map.of(partition, offset));
    }

    /** Everything that was produced, to whatever topic. */
    public List<ProducerRecord<byte[], byte[]>> produced() {
        return producer.history();
    }

    @Override
    public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        return consumer;
    }

    @Override
    public Producer<byte[], byte[]> producer(Map<String, Object> config) {
        return producer;
    }

    @Override
    public Admin admin(Map<String, Object> config) {
        throw new AssertionError("nothing here asks an admin client");
    }
}

package org.usagestreams.service.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.usagestreams.topics.KafkaClients;

/** Whose sources are whose, by records of reference data. */
class RegisteredSourcesTest {
    private static final String TOPIC = "usage.clusters";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000cc";

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private long offset;

    private final RegisteredSources sources = new RegisteredSources(
            new KafkaClients() {
                @Override
                public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
                    return consumer;
                }

                @Override
                public Producer<byte[], byte[]> producer(Map<String, Object> config) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public Admin admin(Map<String, Object> config) {
                    throw new UnsupportedOperationException();
                }
            },
            Map.of(),
            TOPIC);

    private void load() {
        final Node node = new Node(0, "localhost", 1);
        consumer.updatePartitions(
                TOPIC, List.of(new PartitionInfo(TOPIC, 0, node, new Node[] {node}, new Node[] {node})));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        consumer.updateEndOffsets(Map.of(PARTITION, 0L));
        sources.load();
    }

    private void read(String organisation, String value) {
        consumer.addRecord(new ConsumerRecord<>(
                TOPIC,
                0,
                offset++,
                (organisation + "|" + SOURCE).getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8)));
        sources.step();
    }

    @Test
    void shouldNameTheOrganisationThatASourceIsRegisteredTo() {
        load();
        assertThat(sources.otherOwner("org1", SOURCE)).isEmpty();
        read("org2", "{}");
        assertThat(sources.otherOwner("org1", SOURCE)).contains("org2");
        assertThat(sources.otherOwner("org2", SOURCE)).isEmpty();
        assertThat(sources.otherOwner("", SOURCE)).contains("org2");
        read("org1", "{}");
        assertThat(sources.otherOwner("org1", SOURCE)).isEmpty();
        read("org1", null);
        assertThat(sources.otherOwner("org1", SOURCE)).contains("org2");
        read("org2", null);
        assertThat(sources.otherOwner("org1", SOURCE)).isEmpty();
    }

    @Test
    void shouldLetEveryOrganisationNameWhatIsRegisteredToAll() {
        load();
        read("org2", "{}");
        read("", "{}");
        assertThat(sources.otherOwner("org1", SOURCE)).isEmpty();
    }
}

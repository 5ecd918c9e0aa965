package org.usagestreams.connectors.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;

/** The summary topic on a broker. */
final class BrokerSummaryTopic implements SummaryTopic {
    private final Admin admin;

    /** @param consumer configuration of a consumer of the broker; what an admin client does not know is left out */
    BrokerSummaryTopic(Map<String, Object> consumer) {
        final Map<String, Object> config = new HashMap<>(consumer);
        config.keySet().retainAll(AdminClientConfig.configNames());
        config.remove(AdminClientConfig.CLIENT_ID_CONFIG);
        admin = Admin.create(config);
    }

    @Override
    public Description describe(String topic) {
        final ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        final Config config =
                get(admin.describeConfigs(List.of(resource)).all(), topic).get(resource);
        return new Description(
                get(admin.describeTopics(List.of(topic)).allTopicNames(), topic)
                        .get(topic)
                        .topicId(),
                millis(config, TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG),
                millis(config, TopicConfig.DELETE_RETENTION_MS_CONFIG));
    }

    private static Duration millis(Config config, String name) {
        return Duration.ofMillis(Long.parseLong(config.get(name).value()));
    }

    @Override
    public Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.earliest());
    }

    @Override
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return offsets(partitions, OffsetSpec.latest());
    }

    private Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, OffsetSpec which) {
        final Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
        partitions.forEach(partition -> asked.put(partition, which));
        final ListOffsetsResult result =
                admin.listOffsets(asked, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED));
        final Map<TopicPartition, Long> offsets = new HashMap<>();
        get(result.all(), partitions).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private static <T> T get(KafkaFuture<T> asked, Object what) {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "Cannot ask the broker about " + what + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Cannot ask the broker about " + what + ": interrupted", e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(5));
    }
}

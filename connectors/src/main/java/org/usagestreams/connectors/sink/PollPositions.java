package org.usagestreams.connectors.sink;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Tells the task where its consumer stands after a poll. A task sees records only, so it could not tell whether it has read a
 * partition to its end: the last offsets may be those of markers of transactions. A worker's thread polls, and then calls the
 * task, so the positions are kept by thread.
 *
 * <p>It also tells the task how its consumer reaches the broker, by the name of the group, so that the connector needs no
 * addresses and secrets of its own.
 */
public final class PollPositions implements ConsumerInterceptor<byte[], byte[]> {
    private static final ThreadLocal<Map<TopicPartition, Long>> POSITIONS = ThreadLocal.withInitial(HashMap::new);

    /** Configurations of consumers by group; those of a group's consumers differ in nothing that matters. */
    private static final Map<String, Map<String, Object>> CONFIGURATIONS = new ConcurrentHashMap<>();

    /**
     * How the consumers of a group reach the broker.
     *
     * @throws ConnectException if no consumer of the group has this interceptor
     */
    static Map<String, Object> configuration(String group) {
        final Map<String, Object> found = CONFIGURATIONS.get(group);
        if (found == null) {
            throw new ConnectException("Cannot tell how to reach the broker: no consumer of group " + group
                    + " has the interceptor. Set consumer.override.interceptor.classes="
                    + PollPositions.class.getName() + " in the connector's configuration.");
        }
        return found;
    }

    /** What the polls of this thread have moved since it last asked. */
    static Map<TopicPartition, Long> take() {
        final Map<TopicPartition, Long> taken = POSITIONS.get();
        POSITIONS.remove();
        return taken;
    }

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        records.nextOffsets().forEach((partition, next) -> POSITIONS.get().put(partition, next.offset()));
        return records;
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // Positions stand in PostgreSQL.
    }

    @Override
    public void close() {
        POSITIONS.remove();
    }

    @Override
    public void configure(Map<String, ?> configs) {
        CONFIGURATIONS.put(String.valueOf(configs.get(ConsumerConfig.GROUP_ID_CONFIG)), Map.copyOf(configs));
    }
}

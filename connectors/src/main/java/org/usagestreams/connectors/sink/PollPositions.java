package org.usagestreams.connectors.sink;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells the task where its consumer stands after a poll. A task sees records only, so it could not tell whether it has read a
 * partition to its end: the last offsets may be those of markers of transactions. A worker's thread polls, and then calls the
 * task, so the positions are kept by thread.
 */
public final class PollPositions implements ConsumerInterceptor<byte[], byte[]> {
    private static final ThreadLocal<Map<TopicPartition, Long>> POSITIONS = ThreadLocal.withInitial(HashMap::new);

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
        // It has no settings.
    }
}

package org.usagestreams.topics;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;

/**
 * How far a consumer group has committed, as of one moment.
 *
 * @param committed the next offset that the group reads, by partition; partitions without one are missing
 */
public record GroupOffsets(Map<TopicPartition, OffsetAndMetadata> committed) {
    /**
     * Asks the broker; a group that is not there has committed nothing.
     *
     * @throws KafkaException where the broker does not answer
     */
    public static GroupOffsets of(Admin admin, String group) {
        try {
            return new GroupOffsets(admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get());
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "Cannot read the offsets of group " + group + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The number of offsets between the group's position and these. */
    public long behind(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> {
                    final OffsetAndMetadata offset = committed.get(end.getKey());
                    return Math.max(0, end.getValue() - (offset == null ? 0 : offset.offset()));
                })
                .sum();
    }
}

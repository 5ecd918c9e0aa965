package org.usagestreams.connectors.sink;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** The summary topic, as the broker describes it. Used by one thread. */
interface SummaryTopic extends AutoCloseable {
    /**
     * The properties of a topic that never or rarely change.
     *
     * @param id names this topic among all that had or will have its name
     * @param compactionLag a record that is younger hides none that came before it
     * @param tombstones how long tombstones are kept
     */
    record Description(Uuid id, Duration compactionLag, Duration tombstones) {}

    /** @throws org.apache.kafka.common.KafkaException where the broker does not answer */
    Description describe(String topic);

    /**
     * The offsets at which partitions begin.
     *
     * @throws org.apache.kafka.common.KafkaException where the broker does not answer
     */
    Map<TopicPartition, Long> beginnings(Collection<TopicPartition> partitions);

    /**
     * The offsets behind the last records of decided transactions.
     *
     * @throws org.apache.kafka.common.KafkaException where the broker does not answer
     */
    Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions);

    @Override
    void close();
}

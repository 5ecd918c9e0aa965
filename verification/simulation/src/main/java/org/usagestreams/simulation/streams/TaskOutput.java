package org.usagestreams.simulation.streams;

import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/** Takes a task's records and changes of its stores into the transaction of its thread. */
interface TaskOutput {
    /**
     * Appends a record.
     *
     * @return its offset
     * @throws RuntimeException if the producer is fenced, or the record is too large
     */
    long send(TopicPartition partition, byte[] key, byte[] value, List<Header> headers, long timestamp);

    /** The number of a topic's partitions. */
    int partitions(String topic);

    /** Milliseconds since 1970. */
    long now();

    /** A store was searched: time passes. */
    void accessed(String store);
}

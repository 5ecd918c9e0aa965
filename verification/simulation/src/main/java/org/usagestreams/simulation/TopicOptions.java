package org.usagestreams.simulation;

import java.time.Duration;

/**
 * How a simulated topic keeps its records.
 *
 * @param compacted whether {@link SimulatedBroker#compact} removes superseded records
 * @param minCompactionLag records that are younger are not compacted away
 * @param deleteRetention how long a tombstone stays after the compaction that first meets it
 * @param retention how long a record stays when {@link SimulatedBroker#expireRecords} looks; null for ever
 * @param maxMessageBytes largest record that the topic takes
 */
public record TopicOptions(
        boolean compacted,
        Duration minCompactionLag,
        Duration deleteRetention,
        Duration retention,
        int maxMessageBytes) {
    /** The broker's default for {@code max.message.bytes}. */
    public static final int DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

    /** A topic with cleanup policy {@code compact}. */
    public static TopicOptions compacted(Duration minCompactionLag, Duration deleteRetention) {
        return new TopicOptions(true, minCompactionLag, deleteRetention, null, DEFAULT_MAX_MESSAGE_BYTES);
    }

    /** A topic with cleanup policy {@code delete}. */
    public static TopicOptions deleted(Duration retention) {
        return new TopicOptions(false, Duration.ZERO, Duration.ZERO, retention, DEFAULT_MAX_MESSAGE_BYTES);
    }
}

package org.usagestreams.summarizer;

import java.util.Optional;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.usagestreams.wire.deadletter.DeadLetter;

/** Dead letters about records on the topics that the topology reads, where they cannot be parsed. */
final class ForeignRecord {
    private ForeignRecord() {}

    /**
     * A dead letter with topic, partition, offset, key and the start of the value.
     *
     * @param at where the record was read; empty where it was not read from a topic
     * @param reason why it cannot be parsed
     * @param now wall-clock milliseconds
     */
    static DeadLetter deadLetter(Record<String, byte[]> record, Optional<RecordMetadata> at, String reason, long now) {
        final String place =
                at.map(m -> m.topic() + "-" + m.partition() + "@" + m.offset()).orElse(null);
        return new DeadLetter(
                DeadLetter.Step.SUMMARISE,
                "Cannot parse the record: " + reason.replaceFirst("\\.+$", "")
                        + ". Find out what wrote it: only usage-streams writes to this topic.",
                null,
                "key " + record.key(),
                place,
                DeadLetter.payloadOf(record.value()),
                DeadLetter.time(now));
    }
}

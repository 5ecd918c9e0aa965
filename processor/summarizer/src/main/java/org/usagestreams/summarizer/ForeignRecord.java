package org.usagestreams.summarizer;

import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.RecordPlace;
import org.usagestreams.wire.deadletter.DeadLetter;

/** Dead letters about records on the topology's topics that cannot be parsed. */
final class ForeignRecord {
    private static final Logger LOG = LoggerFactory.getLogger(ForeignRecord.class);

    private ForeignRecord() {}

    /**
     * Sends a dead letter about the record that a processor is at, counts it and logs it.
     *
     * @param reason why the record cannot be parsed
     * @param sink name of the processor's child that writes dead letters
     */
    static void setAside(
            ProcessorContext<? super String, ? super byte[]> context,
            SummaryCounts counts,
            Record<String, byte[]> record,
            String reason,
            String sink) {
        final DeadLetter deadLetter =
                deadLetter(record, context.recordMetadata(), reason, context.currentSystemTimeMs());
        counts.deadLetter(deadLetter.step());
        LOG.warn("set aside: {} {}: {}", deadLetter.subject(), deadLetter.place(), deadLetter.reason());
        context.forward(new Record<>(deadLetter.id(), deadLetter.toJson(), record.timestamp()), sink);
    }

    /**
     * A dead letter with topic, partition, offset, key and the start of the value.
     *
     * @param at where the record was read; empty if it was not read from a topic
     * @param reason why it cannot be parsed
     * @param now wall-clock milliseconds
     */
    private static DeadLetter deadLetter(
            Record<String, byte[]> record, Optional<RecordMetadata> at, String reason, long now) {
        final String place = at.map(m -> RecordPlace.of(m.topic(), m.partition(), m.offset()))
                .orElse(null);
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

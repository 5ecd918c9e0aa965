package org.usagestreams.service.intake;

import java.io.IOException;
import java.time.Clock;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.consumer.TransactionalLoop;
import org.usagestreams.intake.Unpacker;
import org.usagestreams.topics.RecordPlace;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.wire.deadletter.DeadLetter;

/** The second lane: payloads that the first has handed on. Those of a cluster come one after the other. Belongs to one thread. */
final class ReceivedPayloadRecords implements TransactionalLoop.RecordHandler {
    private final PayloadHandler handler;
    private final PayloadUnpacking unpacking;
    private final Unpacker unpacker;
    private final TopicCatalog topics;
    private final WorkTime time;
    private final Clock clock;

    ReceivedPayloadRecords(
            PayloadHandler handler,
            PayloadUnpacking unpacking,
            Unpacker unpacker,
            TopicCatalog topics,
            WorkTime time,
            Clock clock) {
        this.handler = handler;
        this.unpacking = unpacking;
        this.unpacker = unpacker;
        this.topics = topics;
        this.time = time;
        this.clock = clock;
    }

    @Override
    public RecordOutcome handle(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        time.begin();
        final IntakeOutput out = new IntakeOutput(output, topics);
        final ReceivedPayload received;
        try {
            received = ReceivedPayload.of(record, unpacker);
        } catch (IllegalArgumentException e) {
            out.deadLetter(new DeadLetter(
                    DeadLetter.Step.NOTIFICATION,
                    "Cannot read a payload that was handed on: " + e.getMessage()
                            + ". Only intakes may write to this topic. Check who else has the right to.",
                    null,
                    null,
                    RecordPlace.of(record),
                    DeadLetter.payloadOf(record.value()),
                    DeadLetter.time(clock.millis())));
            return RecordOutcome.COMPLETE;
        }
        try {
            handler.handle(received.payload(), stored -> unpacking.unpack(received, stored, out), out);
            return RecordOutcome.COMPLETE;
        } catch (IOException e) {
            return new RecordOutcome.Unavailable(e.toString());
        }
    }

    @Override
    public void announce(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        // The first lane has told the ledger.
    }
}

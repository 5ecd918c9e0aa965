package org.usagestreams.consumer;

import static org.usagestreams.consumer.TransactionalLoopTest.out;
import static org.usagestreams.consumer.TransactionalLoopTest.place;

import java.util.function.BiFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Handles records as a test says, and sends the places of those that are announced or handed on. */
record PlacesHandler(BiFunction<ConsumerRecord<byte[], byte[]>, TransactionalLoop.Output, RecordOutcome> handling)
        implements TransactionalLoop.RecordHandler {
    @Override
    public RecordOutcome handle(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        return handling.apply(record, output);
    }

    @Override
    public void announce(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        output.send(out("announced", place(record)));
    }

    @Override
    public void handOn(
            ConsumerRecord<byte[], byte[]> record, RecordOutcome.HandOn outcome, TransactionalLoop.Output output) {
        output.send(out("handed on", place(record)));
    }
}

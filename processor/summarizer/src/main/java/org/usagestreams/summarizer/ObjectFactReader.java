package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.usagestreams.wire.message.ObjectFact;

/** Parses the records of the object topic. A record that is not a fact becomes a dead letter. */
final class ObjectFactReader extends ContextualProcessor<String, byte[], String, Object> {
    private final SummaryCounts counts;

    ObjectFactReader(SummaryCounts counts) {
        this.counts = counts;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        if (record.key() == null || record.value() == null) {
            deadLetter(record, record.key() == null ? "it has no key" : "it has no value");
            return;
        }
        final ObjectFact fact;
        try {
            fact = ObjectFact.parseFrom(record.value());
        } catch (InvalidProtocolBufferException e) {
            deadLetter(record, e.getMessage());
            return;
        }
        final Record<String, Object> parsed = record.withValue(fact);
        context().forward(parsed, Names.OBJECT_VERSIONS);
        context().forward(parsed, Names.LEDGER_PROCESSOR);
    }

    private void deadLetter(Record<String, byte[]> record, String reason) {
        ForeignRecord.setAside(context(), counts, record, reason, Names.FOREIGN_OBJECT_SINK);
    }
}

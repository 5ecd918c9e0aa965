package org.usagestreams.summarizer;

import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.reference.ReferenceKey;

/**
 * Marks records of one topic of reference data with their kind, and passes them on. A record that cannot be parsed becomes a dead letter,
 * and the earlier data stays in force. Used by one stream thread.
 */
final class ReferenceRecords extends ContextualProcessor<String, byte[], String, byte[]> {
    private final String kind;
    private final SummaryCounts counts;

    /** @param kind one of those that {@link ReferenceTable} knows */
    ReferenceRecords(String kind, SummaryCounts counts) {
        this.kind = kind;
        this.counts = counts;
    }

    @Override
    public void process(Record<String, byte[]> record) {
        final boolean named =
                record.key() != null && ReferenceKey.parse(record.key()).isPresent();
        if (!named && record.value() != null) {
            deadLetter(record, "its key is not \"organisation|name\"");
        } else if (record.value() != null && !isReadable(record.value())) {
            deadLetter(record, "its value is not that of kind " + kind);
        } else if (named) {
            context().forward(record.withKey(kind + ReferenceTable.SEPARATOR + record.key()), Names.REFERENCE_SINK);
        }
    }

    private boolean isReadable(byte[] value) {
        return switch (ReferenceTable.KINDS.get(kind)) {
            case CLUSTER -> ReferenceJson.readCluster(value).isPresent();
            case COST_CATEGORY -> ReferenceJson.readCategory(value).isPresent();
            case TAG_MAPPING -> ReferenceJson.readTagMapping(value).isPresent();
            // An enabled key is its record's key; no value tells more.
            case ENABLED_KEY -> true;
        };
    }

    private void deadLetter(Record<String, byte[]> record, String reason) {
        ForeignRecord.setAside(context(), counts, record, reason, Names.FOREIGN_REFERENCE_SINK);
    }
}

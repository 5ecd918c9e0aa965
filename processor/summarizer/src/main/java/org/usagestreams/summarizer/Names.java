package org.usagestreams.summarizer;

/** Names of the topology's nodes and stores: they are part of changelog topics and metrics, and never change. */
final class Names {
    static final String CHUNK_SOURCE = "chunk-source";
    static final String CHUNK_TABLE = "chunk-table";
    static final String DAY_SUMMARY = "day-summary";
    static final String RETRACTION_SOURCE = "retraction-source";
    static final String RETRACT = "retract";
    static final String OBJECT_SOURCE = "object-source";
    static final String OBJECT_VERSIONS = "object-versions";
    static final String CLUSTER_SOURCE = "cluster-source";
    static final String ENABLED_KEY_SOURCE = "enabled-key-source";
    static final String COST_CATEGORY_SOURCE = "cost-category-source";
    static final String TAG_MAPPING_SOURCE = "tag-mapping-source";
    static final String REFERENCE_SINK = "reference-sink";
    static final String REFERENCE_SOURCE = "reference-source";
    static final String REFERENCE_TABLE = "reference-table";
    static final String SUMMARY_SINK = "summary-sink";
    static final String OBJECT_SINK = "object-sink";
    static final String TOMBSTONE_SINK = "chunk-tombstone-sink";
    static final String RETRACTED_SINK = "chunk-tombstone-sink-retracted";
    static final String RETRACTION_SINK = "retraction-sink";
    static final String DEAD_LETTER_SINK = "dead-letter-sink";
    static final String LEDGER_PROCESSOR = "ledger-entries";
    static final String LEDGER_SINK = "ledger-sink";
    static final String OBJECT_FACTS = "object-facts";
    static final String FOREIGN_OBJECT_SINK = "dead-letter-sink-objects";
    static final String FOREIGN_REFERENCE_SINK = "dead-letter-sink-reference";
    static final String FOREIGN_COMMAND_SINK = "dead-letter-sink-retractions";
    static final String SETTLED_LETTER_SINK = "dead-letter-sink-settled";
    static final String NOTIFICATION_SINK = "notification-sink";
    static final String STATUS_SINK = "summary-status-sink";

    static final String CHUNKS = "chunks";
    static final String DAYS = "days";
    static final String SLICES = "day-slices";
    static final String PUBLISHED = "published";
    static final String DIRTY = "dirty";
    static final String OBJECTS = "objects";
    static final String REFERENCE = "reference";
    static final String LEDGER = "ledger";
    static final String READING = "reading";

    private Names() {}
}

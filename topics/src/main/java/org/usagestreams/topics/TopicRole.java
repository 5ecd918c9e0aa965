package org.usagestreams.topics;

/** The purpose of a topic. Code uses roles; their names are in the catalog. */
public enum TopicRole {
    NOTIFICATIONS,
    MARKED_NOTIFICATIONS,
    LARGE_OBJECTS,
    PAYLOADS,
    ANNOUNCEMENT_RETRIES,
    CHUNKS,
    OBJECTS,
    RETRACTIONS,
    READMISSIONS,
    REFERENCE,
    SUMMARY,
    SUMMARY_STATUS,
    LEDGER,
    COMPLETIONS,
    DEAD_LETTERS,
    AUDIT,
    CLUSTERS,
    ENABLED_KEYS,
    COST_CATEGORIES,
    TAG_MAPPINGS
}

package org.usagestreams.topics;

/** What a topic is for. Code names roles; the names are data. */
public enum TopicRole {
    NOTIFICATIONS,
    MARKED_NOTIFICATIONS,
    LARGE_OBJECTS,
    CHUNKS,
    OBJECTS,
    RETRACTIONS,
    REFERENCE,
    SUMMARY,
    SUMMARY_STATUS,
    LEDGER,
    DEAD_LETTERS,
    CLUSTERS,
    ENABLED_KEYS,
    COST_CATEGORIES,
    TAG_MAPPINGS
}

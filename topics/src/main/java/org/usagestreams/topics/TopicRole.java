package org.usagestreams.topics;

/** What a topic is for. Code names roles; the names are data. */
public enum TopicRole {
    NOTIFICATIONS,
    CHUNKS,
    OBJECTS,
    RETRACTIONS,
    REFERENCE,
    SUMMARY,
    SUMMARY_STATUS,
    LEDGER,
    COMPLETIONS,
    DEAD_LETTERS,
    CLUSTERS,
    ENABLED_KEYS,
    COST_CATEGORIES,
    TAG_MAPPINGS
}

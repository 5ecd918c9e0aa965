package org.usagestreams.reference;

import org.usagestreams.topics.TopicRole;

/** The kinds of reference data. Each has a topic of its own. */
public enum ReferenceKind {
    CLUSTER("cluster", TopicRole.CLUSTERS),
    ENABLED_KEY("enabled-key", TopicRole.ENABLED_KEYS),
    COST_CATEGORY("cost-category", TopicRole.COST_CATEGORIES),
    TAG_MAPPING("tag-mapping", TopicRole.TAG_MAPPINGS);

    private final String text;
    private final TopicRole topic;

    ReferenceKind(String text, TopicRole topic) {
        this.text = text;
        this.topic = topic;
    }

    /** The prefix of keys on the common reference topic. */
    public String text() {
        return text;
    }

    /** The topic of this kind. */
    public TopicRole topic() {
        return topic;
    }
}

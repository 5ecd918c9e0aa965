package org.usagestreams.summarizer;

import java.util.function.Function;
import org.apache.kafka.streams.TestInputTopic;
import org.usagestreams.reference.ClusterRetention;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.reference.ReferenceKey;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.topics.TopicRole;

/** The topics of reference data of a topology in Kafka's test driver. Without an organisation, a record holds for all. */
final class ReferenceTopics {
    private final Function<TopicRole, TestInputTopic<String, byte[]>> inputs;

    ReferenceTopics(Function<TopicRole, TestInputTopic<String, byte[]>> inputs) {
        this.inputs = inputs;
    }

    void cluster(String source, ReferenceData.Cluster cluster) {
        cluster("", source, cluster);
    }

    void cluster(String organisation, String source, ReferenceData.Cluster cluster) {
        inputs.apply(TopicRole.CLUSTERS)
                .pipeInput(ReferenceKey.cluster(organisation, source).toString(), ReferenceJson.cluster(cluster));
    }

    void cluster(String organisation, String source, ReferenceData.Cluster cluster, ClusterRetention retention) {
        inputs.apply(TopicRole.CLUSTERS)
                .pipeInput(
                        ReferenceKey.cluster(organisation, source).toString(),
                        ReferenceJson.cluster(cluster, retention));
    }

    void enabledKey(String key, boolean enabled) {
        enabledKey("", key, enabled);
    }

    void enabledKey(String organisation, String key, boolean enabled) {
        inputs.apply(TopicRole.ENABLED_KEYS)
                .pipeInput(organisation + "|" + key, enabled ? ReferenceJson.enabledKey() : null);
    }

    void category(ReferenceData.CostCategory category, boolean there) {
        category("", category, there);
    }

    void category(String organisation, ReferenceData.CostCategory category, boolean there) {
        inputs.apply(TopicRole.COST_CATEGORIES)
                .pipeInput(
                        organisation + "|" + ReferenceJson.categoryName(category),
                        there ? ReferenceJson.category(category) : null);
    }

    /** A null parent ends the mapping. */
    void tagMapping(String child, String parent) {
        tagMapping("", child, parent);
    }

    void tagMapping(String organisation, String child, String parent) {
        inputs.apply(TopicRole.TAG_MAPPINGS)
                .pipeInput(organisation + "|" + child, parent == null ? null : ReferenceJson.tagMapping(parent));
    }

    /** All of it, but the clusters. */
    void all(ReferenceData reference) {
        reference.enabledKeys().forEach(key -> enabledKey(key, true));
        reference.categories().forEach(category -> category(category, true));
        reference.tagMappings().forEach(this::tagMapping);
    }
}

package org.usagestreams.topics;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.TopicConfig;

/**
 * A topic in the catalog.
 *
 * @param role what it is for
 * @param name its name in Kafka
 * @param about one sentence for people
 * @param key what its keys are
 * @param value what its values are
 * @param partitions how many
 * @param scaled whether the number of partitions follows the installation's size
 * @param cleanup {@code compact}, {@code delete} or {@code compact,delete}
 * @param retention of records, or with {@code compact} alone of tombstones
 * @param config further configuration
 */
public record TopicSpec(
        TopicRole role,
        String name,
        String about,
        String key,
        String value,
        int partitions,
        boolean scaled,
        String cleanup,
        Duration retention,
        Map<String, String> config) {
    /** The configuration that is set on the topic. */
    public Map<String, String> topicConfig() {
        final Map<String, String> all = new TreeMap<>(config == null ? Map.of() : config);
        all.put(TopicConfig.CLEANUP_POLICY_CONFIG, cleanup);
        all.put(
                TopicConfig.CLEANUP_POLICY_COMPACT.equals(cleanup)
                        ? TopicConfig.DELETE_RETENTION_MS_CONFIG
                        : TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(retention.toMillis()));
        return all;
    }

    TopicSpec named(String other) {
        return new TopicSpec(role, other, about, key, value, partitions, scaled, cleanup, retention, config);
    }

    TopicSpec withPartitions(int number) {
        return new TopicSpec(role, name, about, key, value, number, scaled, cleanup, retention, config);
    }
}

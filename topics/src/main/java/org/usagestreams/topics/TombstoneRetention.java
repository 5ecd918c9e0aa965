package org.usagestreams.topics;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InterruptException;

/** How long compacted topics keep tombstones, according to the broker. */
public final class TombstoneRetention {
    private TombstoneRetention() {}

    /**
     * The least {@code delete.retention.ms} of those of the topics that are there.
     *
     * @param otherwise what it is where none of them is there, and at most
     * @throws KafkaException where the broker does not answer
     */
    public static Duration least(Admin admin, Collection<String> topics, Duration otherwise) {
        try {
            final Set<String> existing = admin.listTopics().names().get();
            final List<ConfigResource> resources = topics.stream()
                    .filter(existing::contains)
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                    .toList();
            Duration least = otherwise;
            for (final var config : admin.describeConfigs(resources).all().get().values()) {
                final ConfigEntry entry = config.get(TopicConfig.DELETE_RETENTION_MS_CONFIG);
                final Duration kept = entry == null ? least : Duration.ofMillis(Long.parseLong(entry.value()));
                least = kept.compareTo(least) < 0 ? kept : least;
            }
            return least;
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot tell how long tombstones are kept on " + topics, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}

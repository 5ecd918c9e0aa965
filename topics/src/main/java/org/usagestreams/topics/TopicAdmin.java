package org.usagestreams.topics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/** Compares topics with the catalog, creates missing ones, and corrects their settings. */
public final class TopicAdmin {
    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);

    private final Admin admin;

    /** Works through this client, which stays the caller's. */
    public TopicAdmin(Admin admin) {
        this.admin = admin;
    }

    /**
     * What is not as it should be.
     *
     * @param topic the topic
     * @param problem what differs, for people
     * @param repair what {@link #apply} would do; empty where it takes a person
     */
    public record Difference(TopicSpec topic, String problem, Optional<Repair> repair) {
        @Override
        public String toString() {
            return topic.name() + ": " + problem;
        }
    }

    /** The repair of a difference by {@link #apply}. */
    public enum Repair {
        CREATE,
        CONFIGURE
    }

    /** The differences between these topics and the catalog; changes nothing. */
    public List<Difference> diff(Collection<TopicSpec> specs) {
        final Set<String> existing = get(admin.listTopics().names());
        final List<TopicSpec> present =
                specs.stream().filter(spec -> existing.contains(spec.name())).toList();
        final Map<String, TopicDescription> descriptions =
                get(admin.describeTopics(present.stream().map(TopicSpec::name).toList())
                        .allTopicNames());
        final Map<ConfigResource, Config> configs = get(
                admin.describeConfigs(present.stream().map(TopicAdmin::resource).toList())
                        .all());
        final List<Difference> differences = new ArrayList<>();
        for (final TopicSpec spec : specs) {
            if (!existing.contains(spec.name())) {
                differences.add(new Difference(spec, "is missing", Optional.of(Repair.CREATE)));
                continue;
            }
            final int partitions = descriptions.get(spec.name()).partitions().size();
            if (partitions != spec.partitions()) {
                differences.add(new Difference(
                        spec,
                        "has " + partitions + " partitions, not " + spec.partitions()
                                + ". Set topics.partitions to " + partitions
                                + (partitions < spec.partitions()
                                        ? ", or add partitions with scripts/topics grow"
                                        : ""),
                        Optional.empty()));
            }
            spec.topicConfig().forEach((name, wanted) -> {
                final ConfigEntry entry = configs.get(resource(spec)).get(name);
                final String found = entry == null ? null : entry.value();
                if (!wanted.equals(found)) {
                    differences.add(new Difference(
                            spec, name + " is " + found + ", not " + wanted, Optional.of(Repair.CONFIGURE)));
                }
            });
        }
        return differences;
    }

    /**
     * Creates what is missing and sets what differs.
     *
     * @param replication of new topics; -1 for the broker's default
     * @return what takes a person
     */
    public List<Difference> apply(Collection<TopicSpec> specs, short replication) {
        final List<Difference> differences = diff(specs);
        final List<NewTopic> missing = differences.stream()
                .filter(d -> d.repair().equals(Optional.of(Repair.CREATE)))
                .map(d -> new NewTopic(d.topic().name(), d.topic().partitions(), replication)
                        .configs(d.topic().topicConfig()))
                .toList();
        try {
            get(admin.createTopics(missing).all());
        } catch (TopicExistsException e) {
            // Another instance was faster; the second look below tells whether it made the same.
            return diff(specs);
        }
        awaitVisible(specs);
        final Map<ConfigResource, Collection<AlterConfigOp>> changes = new HashMap<>();
        differences.stream()
                .filter(d -> d.repair().equals(Optional.of(Repair.CONFIGURE)))
                .map(Difference::topic)
                .distinct()
                .forEach(spec -> changes.put(
                        resource(spec),
                        spec.topicConfig().entrySet().stream()
                                .map(e -> new AlterConfigOp(
                                        new ConfigEntry(e.getKey(), e.getValue()), AlterConfigOp.OpType.SET))
                                .toList()));
        get(admin.incrementalAlterConfigs(changes).all());
        return differences.stream().filter(d -> d.repair().isEmpty()).toList();
    }

    /**
     * Refuses topics that are missing or differ from the catalog.
     *
     * @param kafka how to reach Kafka
     * @throws IllegalStateException naming each difference
     */
    public static void require(Map<String, Object> kafka, TopicCatalog topics, List<TopicRole> roles) {
        try (Admin admin = KafkaClients.real().admin(kafka)) {
            new TopicAdmin(admin).require(roles.stream().map(topics::get).toList());
        }
    }

    /**
     * Refuses topics that differ.
     *
     * @throws IllegalStateException naming all differences and what to do
     */
    public void require(Collection<TopicSpec> specs) {
        final List<Difference> differences = diff(specs);
        if (!differences.isEmpty()) {
            throw new IllegalStateException(
                    "Cannot start: topics are missing or differ (scripts/topics apply creates and"
                            + " corrects them):\n  "
                            + String.join(
                                    "\n  ",
                                    differences.stream()
                                            .map(Difference::toString)
                                            .toList()));
        }
    }

    /** A broker answers from its own copy of the metadata, which follows the controller's. */
    private void awaitVisible(Collection<TopicSpec> specs) {
        final long deadline = System.nanoTime() + VISIBLE_WITHIN.toNanos();
        while (diff(specs).stream().anyMatch(d -> d.repair().equals(Optional.of(Repair.CREATE)))
                && System.nanoTime() < deadline) {
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    private static ConfigResource resource(TopicSpec spec) {
        return new ConfigResource(ConfigResource.Type.TOPIC, spec.name());
    }

    private static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Interrupted while waiting for the broker", e);
        }
    }
}

package org.usagestreams.service.intake;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.reference.ReferenceKey;
import org.usagestreams.topics.CommittedReader;
import org.usagestreams.topics.KafkaClients;

/**
 * Which source each cluster is: a copy of the topic of clusters, which it follows. {@link #source} is thread-safe; the other methods
 * belong to one thread at a time. Its size is that of the topic, a few hundred bytes a cluster.
 */
final class Clusters implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Clusters.class);
    private static final Duration POLL = Duration.ofMillis(100);
    private static final JsonMapper JSON = new JsonMapper();

    /** The organisation that stands for every one. */
    private static final String EVERY = "";

    private final KafkaClients clients;
    private final Map<String, Object> kafka;
    private final String topic;
    private final ConcurrentMap<Cluster, NavigableSet<UUID>> sources = new ConcurrentHashMap<>();
    private final Map<ReferenceKey, Cluster> registered = new HashMap<>();
    private Consumer<byte[], byte[]> consumer;

    private record Cluster(String organisation, String id) {}

    /**
     * Knows nothing yet.
     *
     * @param kafka properties of Kafka's clients
     * @param topic name of the topic of clusters
     */
    Clusters(KafkaClients clients, Map<String, Object> kafka, String topic) {
        this.clients = clients;
        this.kafka = kafka;
        this.topic = topic;
    }

    /** A cluster's source; empty where it is not known. Of several, it is always the same. */
    Optional<UUID> source(String organisation, String clusterId) {
        return first(new Cluster(organisation, clusterId)).or(() -> first(new Cluster(EVERY, clusterId)));
    }

    private Optional<UUID> first(Cluster cluster) {
        // An iterator, since another thread may remove the last one.
        for (final UUID source : sources.getOrDefault(cluster, new ConcurrentSkipListSet<>())) {
            return Optional.of(source);
        }
        return Optional.empty();
    }

    /**
     * Reads all that is there now.
     *
     * @throws KafkaException where the topic cannot be read
     */
    void load() {
        open();
        final Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(POLL).forEach(this::read);
        }
    }

    /** Reads what has come since; where that fails, what was read before holds, and the next step tries again. */
    void step() {
        try {
            if (consumer == null) {
                open();
            }
            consumer.poll(POLL).forEach(this::read);
        } catch (InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            LOG.warn("Cannot read the clusters on topic {}: {}. The known clusters stay in use.", topic, e.toString());
            close();
        }
    }

    private void open() {
        consumer = CommittedReader.open(clients, kafka);
        final List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        final Optional<ReferenceKey> key = ReferenceKey.parse(new String(record.key(), StandardCharsets.UTF_8));
        if (key.isEmpty()) {
            return;
        }
        try {
            final UUID source = UUID.fromString(key.get().name());
            final Cluster before = registered.remove(key.get());
            if (before != null) {
                sources.computeIfPresent(before, (cluster, known) -> {
                    known.remove(source);
                    return known.isEmpty() ? null : known;
                });
            }
            if (record.value() == null) {
                return;
            }
            final String id = JSON.readTree(record.value()).path("cluster_id").asText("");
            if (!id.isEmpty()) {
                final Cluster cluster = new Cluster(key.get().organisation(), id);
                registered.put(key.get(), cluster);
                sources.computeIfAbsent(cluster, any -> new ConcurrentSkipListSet<>())
                        .add(source);
            }
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn(
                    "Ignored the record at {}-{}@{}, because it is not a cluster: {}",
                    topic,
                    record.partition(),
                    record.offset(),
                    e.toString());
        }
    }

    @Override
    public void close() {
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}

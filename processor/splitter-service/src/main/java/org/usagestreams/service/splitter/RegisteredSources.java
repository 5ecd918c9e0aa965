package org.usagestreams.service.splitter;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.usagestreams.reference.ReferenceKey;
import org.usagestreams.splitter.SourceOwners;
import org.usagestreams.topics.KafkaClients;

/**
 * The registrations of sources: a copy of the keys of the topic of clusters, which it follows. {@link #otherOwner} is
 * thread-safe; the other methods belong to one thread at a time. Its size is that of the topic, a few dozen bytes a cluster.
 */
final class RegisteredSources implements SourceOwners, AutoCloseable {
    /** The organisation that stands for every one. */
    private static final String EVERY = "";

    private final ConcurrentMap<String, NavigableSet<String>> organisations = new ConcurrentHashMap<>();
    private final FollowedTopic followed;

    /**
     * Knows nothing yet.
     *
     * @param kafka properties of Kafka's clients
     * @param topic name of the topic of clusters
     */
    RegisteredSources(KafkaClients clients, Map<String, Object> kafka, String topic) {
        followed = new FollowedTopic(clients, kafka, topic, "the registrations of sources", this::read);
    }

    @Override
    public Optional<String> otherOwner(String organisation, String source) {
        final NavigableSet<String> owners = organisations.get(source);
        if (owners == null || owners.contains(EVERY) || owners.contains(organisation)) {
            return Optional.empty();
        }
        // An iterator, since another thread may remove the last one.
        for (final String owner : owners) {
            return Optional.of(owner);
        }
        return Optional.empty();
    }

    /**
     * Reads all that is there now.
     *
     * @throws KafkaException where the topic cannot be read
     */
    void load() {
        followed.load();
    }

    /** Reads what has come since; where that fails, what was read before holds, and the next step tries again. */
    void step() {
        followed.step();
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        ReferenceKey.parse(new String(record.key(), StandardCharsets.UTF_8)).ifPresent(key -> {
            if (record.value() != null) {
                organisations
                        .computeIfAbsent(key.name(), source -> new ConcurrentSkipListSet<>())
                        .add(key.organisation());
            } else {
                organisations.computeIfPresent(key.name(), (source, owners) -> {
                    owners.remove(key.organisation());
                    return owners.isEmpty() ? null : owners;
                });
            }
        });
    }

    @Override
    public void close() {
        followed.close();
    }
}

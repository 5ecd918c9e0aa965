package org.usagestreams.service.splitter;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
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
import org.usagestreams.splitter.SourceOwners;
import org.usagestreams.topics.CommittedReader;
import org.usagestreams.topics.KafkaClients;

/**
 * The registrations of sources: a copy of the keys of the topic of clusters, which it follows. {@link #otherOwner} is
 * thread-safe; the other methods belong to one thread at a time. Its size is that of the topic, a few dozen bytes a cluster.
 */
final class RegisteredSources implements SourceOwners, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegisteredSources.class);
    private static final Duration POLL = Duration.ofMillis(100);

    /** The organisation that stands for every one. */
    private static final String EVERY = "";

    private final KafkaClients clients;
    private final Map<String, Object> kafka;
    private final String topic;
    private final ConcurrentMap<String, NavigableSet<String>> organisations = new ConcurrentHashMap<>();
    private Consumer<byte[], byte[]> consumer;

    /**
     * Knows nothing yet.
     *
     * @param kafka properties of Kafka's clients
     * @param topic name of the topic of clusters
     */
    RegisteredSources(KafkaClients clients, Map<String, Object> kafka, String topic) {
        this.clients = clients;
        this.kafka = kafka;
        this.topic = topic;
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
            LOG.warn(
                    "Cannot follow the registrations of sources on {}, and goes on with those that are known: {}",
                    topic,
                    e.toString());
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
        if (consumer != null) {
            consumer.close();
            consumer = null;
        }
    }
}

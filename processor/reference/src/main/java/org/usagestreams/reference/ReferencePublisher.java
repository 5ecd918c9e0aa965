package org.usagestreams.reference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;

/** Reads and writes the topics of reference data on a broker. Each call opens and closes its own clients. */
public final class ReferencePublisher implements ReferenceTopics {
    private final KafkaClients clients;
    private final Map<String, Object> kafka;
    private final TopicCatalog topics;

    /** Works with clients of these properties. */
    public ReferencePublisher(KafkaClients clients, Map<String, Object> kafka, TopicCatalog topics) {
        this.clients = clients;
        this.kafka = kafka;
        this.topics = topics;
    }

    /** Publishes one organisation's set, as {@link #publish(Collection)} does. */
    public int publish(ReferenceSet set) {
        return publish(List.of(set));
    }

    /**
     * Makes the topics hold these sets, without a question about what goes: see {@link ReferenceDifference.Mode#REPLACE}.
     *
     * @param sets at most one for each organisation
     * @return the number of records that were written
     */
    public int publish(Collection<ReferenceSet> sets) {
        final List<ReferenceChange> changes =
                ReferenceDifference.between(held(), sets, ReferenceDifference.Mode.REPLACE);
        write(changes);
        return changes.size();
    }

    /** Keys that name no organisation are left out: nobody reads them. */
    @Override
    public ReferenceState held() {
        final ReferenceState held = new ReferenceState();
        try (TopicReader reader = new TopicReader(clients, kafka)) {
            for (final ReferenceKind kind : ReferenceKind.values()) {
                reader.readAll(topics.name(kind.topic()), record -> ReferenceKey.parse(
                                new String(record.key(), StandardCharsets.UTF_8))
                        .ifPresent(key -> held.put(kind, key, record.value())));
            }
        }
        return held;
    }

    @Override
    public void write(Collection<ReferenceChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        try (Producer<byte[], byte[]> producer = clients.producer(config)) {
            final List<Future<RecordMetadata>> sends = new ArrayList<>();
            for (final ReferenceChange change : changes) {
                sends.add(producer.send(new ProducerRecord<>(
                        topics.name(change.kind().topic()),
                        change.key().toString().getBytes(StandardCharsets.UTF_8),
                        change.after())));
            }
            producer.flush();
            for (final Future<RecordMetadata> send : sends) {
                send.get();
            }
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "Cannot write reference data: " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("Cannot write reference data: interrupted", e);
        }
    }
}

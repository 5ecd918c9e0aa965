package org.usagestreams.operations.reference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.usagestreams.summarizer.reference.ReferenceJson;
import org.usagestreams.summarizer.reference.ReferenceKey;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;

/** Writes reference data to its topics: what changed, and tombstones for what is no more. */
public final class ReferencePublisher {
    private final KafkaClients clients;
    private final Map<String, Object> kafka;
    private final TopicCatalog topics;

    /** Works with clients of these properties. */
    public ReferencePublisher(KafkaClients clients, Map<String, Object> kafka, TopicCatalog topics) {
        this.clients = clients;
        this.kafka = kafka;
        this.topics = topics;
    }

    /** Publishes what several organisations get, as {@link #publish(ReferenceSet)} does. */
    public int publish(Collection<ReferenceSet> sets) {
        return sets.stream().mapToInt(this::publish).sum();
    }

    /** Makes the topics hold the set, and leaves other organisations alone; the number of records that it took. */
    public int publish(ReferenceSet set) {
        final String organisation = set.organisation();
        final Map<TopicRole, Map<String, byte[]>> wanted = new TreeMap<>();
        set.clusters().ifPresent(clusters -> {
            final Map<String, byte[]> records = new HashMap<>();
            clusters.forEach((source, cluster) ->
                    records.put(ReferenceKey.cluster(organisation, source).toString(), ReferenceJson.cluster(cluster)));
            wanted.put(TopicRole.CLUSTERS, records);
        });
        set.enabledKeys().ifPresent(keys -> {
            final Map<String, byte[]> records = new HashMap<>();
            keys.forEach(
                    key -> records.put(new ReferenceKey(organisation, key).toString(), ReferenceJson.enabledKey()));
            wanted.put(TopicRole.ENABLED_KEYS, records);
        });
        set.costCategories().ifPresent(categories -> {
            final Map<String, byte[]> records = new HashMap<>();
            categories.forEach(category -> records.put(
                    new ReferenceKey(organisation, ReferenceJson.categoryName(category)).toString(),
                    ReferenceJson.category(category)));
            wanted.put(TopicRole.COST_CATEGORIES, records);
        });
        set.tagMappings().ifPresent(mappings -> {
            final Map<String, byte[]> records = new HashMap<>();
            mappings.forEach((child, parent) ->
                    records.put(new ReferenceKey(organisation, child).toString(), ReferenceJson.tagMapping(parent)));
            wanted.put(TopicRole.TAG_MAPPINGS, records);
        });
        int written = 0;
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        try (Producer<byte[], byte[]> producer = clients.producer(config)) {
            for (final Map.Entry<TopicRole, Map<String, byte[]>> kind : wanted.entrySet()) {
                written += publish(producer, topics.name(kind.getKey()), organisation, kind.getValue());
            }
        }
        return written;
    }

    private int publish(
            Producer<byte[], byte[]> producer, String topic, String organisation, Map<String, byte[]> wanted) {
        final Map<String, byte[]> held = read(topic);
        final List<Future<RecordMetadata>> sends = new ArrayList<>();
        wanted.forEach((key, value) -> {
            if (!Arrays.equals(value, held.get(key))) {
                sends.add(producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value)));
            }
        });
        held.keySet().stream()
                .filter(key -> !wanted.containsKey(key) && isOf(key, organisation))
                .forEach(key -> sends.add(
                        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), null))));
        producer.flush();
        for (final Future<RecordMetadata> send : sends) {
            try {
                send.get();
            } catch (ExecutionException e) {
                throw new KafkaException("topic " + topic + " did not take a record", e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("interrupted while writing to topic " + topic, e);
            }
        }
        return sends.size();
    }

    /** A key that names no organisation was written by an earlier version. */
    private static boolean isOf(String key, String organisation) {
        return ReferenceKey.parse(key)
                .map(parsed -> parsed.organisation().equals(organisation))
                .orElse(true);
    }

    /** What a topic holds now, by key. */
    private Map<String, byte[]> read(String topic) {
        final Map<String, byte[]> held = new TreeMap<>();
        try (TopicReader reader = new TopicReader(clients, kafka)) {
            reader.readAll(topic, record -> {
                final String key = new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    held.remove(key);
                } else {
                    held.put(key, record.value());
                }
            });
        }
        return held;
    }
}

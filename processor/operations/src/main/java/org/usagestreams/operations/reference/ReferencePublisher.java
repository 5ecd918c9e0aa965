package org.usagestreams.operations.reference;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
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

    /** Publishes what one organisation gets, as {@link #publish(Collection)} does. */
    public int publish(ReferenceSet set) {
        return publish(List.of(set));
    }

    /**
     * Makes the topics hold these sets. Each topic is read once, whatever the number of organisations. Organisations without a
     * set are left alone, and so are the kinds of reference data that an organisation's set does not name.
     *
     * @param sets at most one for each organisation
     * @return the number of records that were written
     */
    public int publish(Collection<ReferenceSet> sets) {
        final Map<TopicRole, Wanted> wanted = new TreeMap<>();
        for (final ReferenceSet set : sets) {
            want(set, wanted);
        }
        int written = 0;
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        try (Producer<byte[], byte[]> producer = clients.producer(config)) {
            for (final Map.Entry<TopicRole, Wanted> kind : wanted.entrySet()) {
                written += publish(producer, topics.name(kind.getKey()), kind.getValue());
            }
        }
        return written;
    }

    /** What a topic is to hold, and of which organisations it is all. */
    private record Wanted(Set<String> organisations, Map<String, byte[]> records) {
        /** Whether a record that is not wanted goes. A key that names no organisation was written by an earlier version. */
        boolean replaces(String key) {
            return ReferenceKey.parse(key)
                    .map(parsed -> organisations.contains(parsed.organisation()))
                    .orElse(true);
        }
    }

    private static void want(ReferenceSet set, Map<TopicRole, Wanted> wanted) {
        final String organisation = set.organisation();
        set.clusters().ifPresent(clusters -> {
            final Map<String, byte[]> records = records(wanted, TopicRole.CLUSTERS, organisation);
            clusters.forEach((source, cluster) ->
                    records.put(ReferenceKey.cluster(organisation, source).toString(), ReferenceJson.cluster(cluster)));
        });
        set.enabledKeys().ifPresent(keys -> {
            final Map<String, byte[]> records = records(wanted, TopicRole.ENABLED_KEYS, organisation);
            keys.forEach(
                    key -> records.put(new ReferenceKey(organisation, key).toString(), ReferenceJson.enabledKey()));
        });
        set.costCategories().ifPresent(categories -> {
            final Map<String, byte[]> records = records(wanted, TopicRole.COST_CATEGORIES, organisation);
            categories.forEach(category -> records.put(
                    new ReferenceKey(organisation, ReferenceJson.categoryName(category)).toString(),
                    ReferenceJson.category(category)));
        });
        set.tagMappings().ifPresent(mappings -> {
            final Map<String, byte[]> records = records(wanted, TopicRole.TAG_MAPPINGS, organisation);
            mappings.forEach((child, parent) ->
                    records.put(new ReferenceKey(organisation, child).toString(), ReferenceJson.tagMapping(parent)));
        });
    }

    private static Map<String, byte[]> records(Map<TopicRole, Wanted> wanted, TopicRole topic, String organisation) {
        final Wanted all = wanted.computeIfAbsent(topic, role -> new Wanted(new TreeSet<>(), new TreeMap<>()));
        all.organisations().add(organisation);
        return all.records();
    }

    private int publish(Producer<byte[], byte[]> producer, String topic, Wanted wanted) {
        final Map<String, byte[]> held = read(topic);
        final List<Future<RecordMetadata>> sends = new ArrayList<>();
        wanted.records().forEach((key, value) -> {
            if (!Arrays.equals(value, held.get(key))) {
                sends.add(producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), value)));
            }
        });
        held.keySet().stream()
                .filter(key -> !wanted.records().containsKey(key) && wanted.replaces(key))
                .forEach(key -> sends.add(
                        producer.send(new ProducerRecord<>(topic, key.getBytes(StandardCharsets.UTF_8), null))));
        producer.flush();
        for (final Future<RecordMetadata> send : sends) {
            try {
                send.get();
            } catch (ExecutionException e) {
                throw new KafkaException("Cannot write reference data to topic " + topic, e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new KafkaException("Cannot write reference data to topic " + topic + ": interrupted", e);
            }
        }
        return sends.size();
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

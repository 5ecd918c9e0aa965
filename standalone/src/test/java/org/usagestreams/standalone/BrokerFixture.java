package org.usagestreams.standalone;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;

/** A broker with the topics of an installation, for tests of what needs no service. */
public final class BrokerFixture implements AutoCloseable {
    final Admin admin;
    private final Broker broker;

    public BrokerFixture(Path directory) throws Exception {
        broker = Broker.start(directory.resolve("broker"), Ports.free());
        admin = Admin.create(kafka());
    }

    /** Properties of a client. */
    public Map<String, Object> kafka() {
        return new HashMap<>(Map.of("bootstrap.servers", broker.bootstrapServers()));
    }

    /** Settings of the installation, with a short session. */
    Settings settings(Map<String, String> others) {
        final Map<String, String> all = new HashMap<>(others);
        all.put("kafka.bootstrap.servers", broker.bootstrapServers());
        all.put("instance.session.ms", "6000");
        return Settings.of(all);
    }

    /** Makes all topics of a catalog. */
    public void make(TopicCatalog topics) {
        new TopicAdmin(admin).apply(topics.all(), (short) 1);
    }

    /** Makes compacted topics. */
    void make(List<String> names, int count) throws Exception {
        admin.createTopics(names.stream()
                        .map(name -> new NewTopic(name, count, (short) 1).configs(Map.of("cleanup.policy", "compact")))
                        .toList())
                .all()
                .get();
        // A broker answers from its own copy of the metadata, which follows the controller's.
        final List<TopicPartition> partitions = names.stream()
                .flatMap(name -> IntStream.range(0, count).mapToObj(number -> new TopicPartition(name, number)))
                .toList();
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> admin.listOffsets(partitions.stream()
                                        .collect(Collectors.toMap(
                                                Function.identity(), partition -> OffsetSpec.latest())))
                                .all()
                                .get()
                                .size()
                        == partitions.size());
    }

    KafkaProducer<byte[], byte[]> producer(String transactionalId) {
        final Map<String, Object> config = kafka();
        config.put("transactional.id", transactionalId);
        config.put("transaction.timeout.ms", 600_000);
        final KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        return producer;
    }

    /** Writes a record in a transaction of its own. */
    public void put(String topic, int partition, String key, String value) {
        try (KafkaProducer<byte[], byte[]> producer = producer("test-" + topic + "-" + partition)) {
            producer.beginTransaction();
            send(producer, topic, partition, key, value);
            producer.commitTransaction();
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The flush or the commit tells.
    static void send(KafkaProducer<byte[], byte[]> producer, String topic, int partition, String key, String value) {
        producer.send(new ProducerRecord<>(
                topic,
                partition,
                key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8)));
    }

    /** Has a group commit that it has read these partitions to their end. */
    public void readToEnd(String group, String topic, int... partitions) throws Exception {
        final Map<TopicPartition, OffsetAndMetadata> ends = new HashMap<>();
        for (final int number : partitions) {
            final TopicPartition partition = new TopicPartition(topic, number);
            final long end = admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
            ends.put(partition, new OffsetAndMetadata(end));
        }
        admin.alterConsumerGroupOffsets(group, ends).all().get();
    }

    /** What a compacted topic holds: values by partition and key, as {@code partition key}. */
    Map<String, String> contents(String topic) {
        final Map<String, String> held = new TreeMap<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), kafka())) {
            reader.readAll(topic, record -> {
                final String key = record.partition() + " " + new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    held.remove(key);
                } else {
                    held.put(key, new String(record.value(), StandardCharsets.UTF_8));
                }
            });
        }
        return held;
    }

    long committed(String group, String topic, int partition) {
        final OffsetAndMetadata offset =
                GroupOffsets.of(admin, group).committed().get(new TopicPartition(topic, partition));
        return offset == null ? -1 : offset.offset();
    }

    @Override
    public void close() {
        admin.close();
        broker.close();
    }
}

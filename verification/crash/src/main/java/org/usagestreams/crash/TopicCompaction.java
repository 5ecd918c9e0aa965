package org.usagestreams.crash;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.usagestreams.standalone.ProcessCluster;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** Compacts the summary topic as hard as Kafka lets it be compacted. */
final class TopicCompaction {
    /** The least that Kafka accepts. */
    private static final int SEGMENT_BYTES = 1 << 20;

    private static final Duration POLL = Duration.ofMillis(500);

    private static final String SHIPPED = "/topics.yaml";
    private static final String LAG = "min.compaction.lag.ms: ";

    private final ProcessCluster cluster;
    private final Path catalog;
    private final String topic;

    /** @param catalog as {@link #writeCatalog} has written it, and the cluster has it */
    TopicCompaction(ProcessCluster cluster, Path catalog) {
        this.cluster = cluster;
        this.catalog = catalog;
        topic = cluster.settings().topics().name(TopicRole.SUMMARY);
    }

    /**
     * Records of the topic.
     *
     * @param offsets that the topic's partitions have had
     * @param records that are left, other than markers of transactions
     */
    record Left(long offsets, long records) {}

    /** Writes the catalog of topics that is shipped, so that it can be changed; its file. */
    static Path writeCatalog(Path directory) throws IOException {
        try (InputStream in = TopicCatalog.class.getResourceAsStream(SHIPPED)) {
            final Path file = directory.resolve("topics.yaml");
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        }
    }

    /** Services refuse a topic that differs from the catalog. */
    private void changeCatalog() throws IOException {
        final String text = Files.readString(catalog);
        final int lag = text.indexOf(LAG, text.indexOf("role: " + TopicRole.SUMMARY + "\n"));
        final int end = text.indexOf('\n', lag);
        if (lag < 0 || end < 0) {
            throw new IOException(catalog + " has no " + LAG + "for " + TopicRole.SUMMARY);
        }
        Files.writeString(catalog, text.substring(0, lag) + LAG + "\"0\"" + text.substring(end));
    }

    /** From now on, the cleaner runs all the time and takes every record that a later one hides. */
    void begin() throws IOException {
        changeCatalog();
        try (Admin admin = Admin.create(cluster.settings().kafkaClient())) {
            admin.incrementalAlterConfigs(Map.of(
                            new ConfigResource(ConfigResource.Type.TOPIC, topic),
                            set(Map.of(
                                    "min.cleanable.dirty.ratio", "0.01",
                                    "min.compaction.lag.ms", "0",
                                    "max.compaction.lag.ms", "2000",
                                    "segment.bytes", Integer.toString(SEGMENT_BYTES),
                                    "segment.ms", "2000")),
                            new ConfigResource(ConfigResource.Type.BROKER, ""),
                            set(Map.of("log.cleaner.backoff.ms", "500"))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new IOException("Cannot change the configuration of " + topic, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Collection<AlterConfigOp> set(Map<String, String> values) {
        return values.entrySet().stream()
                .map(value ->
                        new AlterConfigOp(new ConfigEntry(value.getKey(), value.getValue()), AlterConfigOp.OpType.SET))
                .toList();
    }

    /** Counts what is left. */
    Left count() {
        final Map<String, Object> config = new HashMap<>(cluster.settings().kafkaClient());
        config.put("isolation.level", "read_committed");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            final List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(partition -> new TopicPartition(topic, partition.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            final Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long records = 0;
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < ends.get(partition))) {
                records += consumer.poll(POLL).count();
            }
            return new Left(ends.values().stream().collect(Collectors.summingLong(end -> end)), records);
        }
    }
}

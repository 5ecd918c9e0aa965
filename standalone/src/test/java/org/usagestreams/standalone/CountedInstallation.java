package org.usagestreams.standalone;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.summarizer.DayPacing;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.summarizer.TopologySettings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Split;

/** Topics and an application of a name of their own on a broker that several tests share, with small time-outs and sizes. */
final class CountedInstallation {
    private final BrokerFixture broker;
    private final Path directory;
    private final String name;
    private final TopicCatalog topics;
    private final int partitions;

    CountedInstallation(BrokerFixture broker, Path directory, String name, int partitions) {
        this.broker = broker;
        this.directory = directory;
        this.name = name;
        this.partitions = partitions;
        topics = topics(name, partitions);
        broker.make(topics);
    }

    private static TopicCatalog topics(String name, int partitions) {
        TopicCatalog named = TopicCatalog.shipped().withPartitions(partitions);
        for (final TopicRole role : TopicRole.values()) {
            named = named.renamed(role, name + "." + named.name(role));
        }
        return named;
    }

    TopicCatalog topics() {
        return topics;
    }

    /** Writes chunks and facts of versions of the same contents as splitters do, in one transaction. */
    void put(SplitLimits limits, byte[] contents, Stream<ObjectVersion> versions) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = broker.producer(name + "-splitter")) {
            producer.beginTransaction();
            final List<Future<RecordMetadata>> sent = new ArrayList<>();
            versions.forEach(version -> {
                final Map<ChunkKey, byte[]> chunks = Splitting.split(limits, version, contents);
                chunks.forEach((key, value) -> sent.add(producer.send(new ProducerRecord<>(
                        topics.name(TopicRole.CHUNKS), key.day().partition(partitions), key.toBytes(), value))));
                sent.add(producer.send(new ProducerRecord<>(
                        topics.name(TopicRole.OBJECTS),
                        Versions.objectName(version).getBytes(StandardCharsets.UTF_8),
                        split(version, chunks.keySet()).toByteArray())));
            });
            producer.commitTransaction();
            waitFor(sent);
        }
    }

    private static ObjectFact split(ObjectVersion version, Set<ChunkKey> chunks) {
        return ObjectFact.newBuilder()
                .setVersion(version)
                .setFoundMillis(version.getEventTimeMillis())
                .setSplit(Split.newBuilder()
                        .addAllDates(chunks.stream()
                                .map(key -> (int) key.day().date().toEpochDay())
                                .distinct()
                                .sorted()
                                .toList()))
                .build();
    }

    private static void waitFor(List<Future<RecordMetadata>> sent) throws ExecutionException, InterruptedException {
        for (final Future<RecordMetadata> record : sent) {
            record.get();
        }
    }

    /** Starts stream threads whose transactions may take ten seconds. */
    SummaryService start(int threads) {
        return start(
                broker.kafka(),
                directory,
                name,
                partitions,
                threads,
                TopologySettings.DEFAULTS.withPacing(
                        DayPacing.DEFAULTS.with(Duration.ofMillis(500), Duration.ofSeconds(10))));
    }

    /** Starts stream threads of the installation of that name, which another process has made. */
    static SummaryService start(
            Map<String, Object> kafka,
            Path directory,
            String name,
            int partitions,
            int threads,
            TopologySettings settings) {
        return new SummaryService(
                        new SummaryService.Options(
                                kafka,
                                name,
                                "i0",
                                Duration.ofSeconds(6),
                                threads,
                                directory.resolve(name).toString(),
                                0,
                                64 << 20,
                                1,
                                new SummaryService.Bounds(500, 500, 16 << 20, 8 << 20, Duration.ofMillis(100)),
                                settings.withRetentionDays(20_000),
                                false),
                        topics(name, partitions))
                .start();
    }

    /** How many passes over days a service has made. */
    static long passes(SummaryService service) {
        final MeterRegistry registry = new SimpleMeterRegistry();
        service.bindTo(registry);
        return (long) registry.get("usage_streams_day_summary_seconds").functionTimers().stream()
                .mapToDouble(FunctionTimer::count)
                .sum();
    }

    /** How many keys of a topic have a value that passes a test. */
    int count(TopicRole role, Predicate<byte[]> test) {
        return count(topics.name(role), test);
    }

    /** How many keys of a store's changelog have a value. */
    int stored(String store) {
        return count(name + "-" + store + "-changelog", value -> true);
    }

    private int count(String topic, Predicate<byte[]> test) {
        final Map<String, Boolean> held = new HashMap<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), broker.kafka())) {
            reader.readAll(
                    topic,
                    record -> held.put(
                            new String(record.key(), StandardCharsets.UTF_8),
                            record.value() != null && test.test(record.value())));
        }
        return (int) held.values().stream().filter(passed -> passed).count();
    }

    /** Bytes of key and value of the largest record ever written to each of the installation's topics. */
    Map<String, Integer> largestRecords() throws Exception {
        final Map<String, Integer> largest = new HashMap<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), broker.kafka())) {
            for (final String topic : broker.admin.listTopics().names().get()) {
                if (topic.startsWith(name + ".") || topic.startsWith(name + "-")) {
                    reader.readAll(
                            topic,
                            record -> largest.merge(
                                    topic,
                                    record.serializedKeySize() + Math.max(0, record.serializedValueSize()),
                                    Math::max));
                }
            }
        }
        return largest;
    }
}

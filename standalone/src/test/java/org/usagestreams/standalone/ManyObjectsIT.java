package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.summarizer.TopologySettings;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/** A source-day of 10,000 objects with keys of 1 KB, on a real broker: it is published, and the processor stays alive. */
@Tag("long")
class ManyObjectsIT {
    private static final int OBJECTS = 10_000;
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final int MAX_REQUEST = 1_048_576;
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ee";
    private static final String DATE = "2026-11-03";

    @TempDir
    Path directory;

    private final Map<String, Object> kafka = new HashMap<>();

    private static ObjectVersion version(int i) {
        final String key = "data/org1234567/OCP/source=" + SOURCE + "/" + ReportType.POD_USAGE.longSegment() + "/f" + i;
        return ObjectVersion.newBuilder()
                .setBucket("usage-reports")
                .setKey(key + "-".repeat(1024 - key.length()))
                .setEtag("0123456789abcdef0123456789abcdef")
                .setEventTimeMillis(1_763_900_000_000L + i)
                .setUploadedMillis(1_763_900_000_000L + i)
                .build();
    }

    @Test
    @SuppressWarnings("try") // The broker only has to run.
    void shouldPublishADayOfTenThousandObjects() throws Exception {
        final int port = Ports.free();
        kafka.put("bootstrap.servers", "localhost:" + port);
        final TopicCatalog topics = TopicCatalog.shipped().withPartitions(1);
        try (Broker broker = Broker.start(directory.resolve("broker"), port);
                Admin admin = Admin.create(new HashMap<>(kafka))) {
            new TopicAdmin(admin).apply(topics.all(), (short) 1);
            put(topics);
            try (SummaryService service = service(topics).start()) {
                // Of equal objects the newest counts.
                await().atMost(WITHIN).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> assertThat(
                                last(topics.name(TopicRole.SUMMARY_STATUS)))
                        .contains("\"live_objects\":1,"));
                assertThat(service.health().live())
                        .as(service.health().toString())
                        .isTrue();
            }
            assertThat(small("usage-summary-day-slices-changelog")).isEqualTo(OBJECTS);
            small("usage-summary-days-changelog");
            small("usage-summary-published-changelog");
            small(topics.name(TopicRole.OBJECTS));
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The commit tells.
    private void put(TopicCatalog topics) {
        final byte[] object = RandomReports.pods(DATE, "shop");
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put("transactional.id", "splitter");
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            for (int i = 0; i < OBJECTS; i++) {
                Splitting.split(SplitLimits.DEFAULTS, version(i), object)
                        .forEach((key, value) -> producer.send(
                                new ProducerRecord<>(topics.name(TopicRole.CHUNKS), 0, key.toBytes(), value)));
            }
            producer.commitTransaction();
        }
    }

    private SummaryService service(TopicCatalog topics) {
        return new SummaryService(
                new SummaryService.Options(
                        new HashMap<>(kafka),
                        "usage-summary",
                        "",
                        Duration.ofSeconds(6),
                        1,
                        directory.resolve("state").toString(),
                        0,
                        64 << 20,
                        1,
                        new SummaryService.Bounds(500, 500, 16 << 20, 8 << 20, Duration.ofMillis(100)),
                        TopologySettings.DEFAULTS,
                        false),
                topics);
    }

    private String last(String topic) {
        final String[] last = {""};
        try (TopicReader reader = new TopicReader(KafkaClients.real(), new HashMap<>(kafka))) {
            reader.readAll(
                    topic,
                    record ->
                            last[0] = record.value() == null ? "" : new String(record.value(), StandardCharsets.UTF_8));
        }
        return last[0];
    }

    /** How many keys a topic has; each record of it is far below what a producer takes. */
    private int small(String topic) {
        final Map<String, Integer> sizes = new HashMap<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), new HashMap<>(kafka))) {
            reader.readAll(
                    topic,
                    record -> sizes.put(
                            new String(record.key(), StandardCharsets.UTF_8),
                            record.value() == null ? 0 : record.value().length));
        }
        assertThat(sizes.values()).as(topic).allSatisfy(size -> assertThat(size).isLessThan(MAX_REQUEST / 100));
        return sizes.size();
    }
}

package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.summarizer.DayPacing;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.summarizer.TopologySettings;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/** More days are due at once than a transaction can hold: on a real broker, with time-outs that are scaled down. */
@Tag("long")
class LivelockIT {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ee";
    private static final Duration TRANSACTION = Duration.ofSeconds(2);
    private static final LocalDate FIRST = LocalDate.parse("2024-01-01");

    @TempDir
    private Path directory;

    private final TopicCatalog topics = TopicCatalog.shipped().withPartitions(1);
    private Broker broker;
    private Map<String, Object> kafka;

    @BeforeEach
    void start() throws Exception {
        // A broker looks for transactions that are over their time every ten seconds, unless told otherwise.
        broker = Broker.start(
                directory.resolve("broker"),
                Ports.free(),
                Map.of("transaction.abort.timed.out.transaction.cleanup.interval.ms", "200"));
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
        try (Admin admin = Admin.create(kafka)) {
            new TopicAdmin(admin).apply(topics.all(), (short) 1);
        }
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void shouldPublishAllDaysThoughTheyTakeLongerThanATransactionMayTake() {
        final int days = 500;
        put(days, 1_000);
        try (SummaryService service = service(Duration.ofMillis(250)).start()) {
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(published().size()).isEqualTo(days));
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(service.dirtyDays().days()).isZero());
        }
    }

    private void put(int days, int pods) {
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put("transactional.id", "splitter");
        config.put("transaction.timeout.ms", 300_000);
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            final List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < days; i++) {
                final Map<ChunkKey, byte[]> chunks =
                        Splitting.split(SplitLimits.DEFAULTS, version("f" + i), file(FIRST.plusDays(i), pods));
                for (final Map.Entry<ChunkKey, byte[]> chunk : chunks.entrySet()) {
                    sent.add(producer.send(new ProducerRecord<>(
                            topics.name(TopicRole.CHUNKS), 0, chunk.getKey().toBytes(), chunk.getValue())));
                }
            }
            producer.commitTransaction();
            assertThat(sent).hasSizeGreaterThan(days).allMatch(Future::isDone);
        }
    }

    private static ObjectVersion version(String name) {
        return ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org/OCP/source=" + SOURCE + "/openshift_pod_usage_line_items/" + name)
                .setEtag(name)
                .setEventTimeMillis(System.currentTimeMillis())
                .setUploadedMillis(System.currentTimeMillis())
                .build();
    }

    private static byte[] file(LocalDate day, int pods) {
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < pods; i++) {
            rows.add(ReportRow.pod()
                    .start(day.toString(), i % 24)
                    .node("node")
                    .namespace("namespace-" + i)
                    .pod("pod-" + i)
                    .cpu(3600d)
                    .values());
        }
        return RandomReports.write(
                ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MILLIS, rows);
    }

    private SummaryService service(Duration budget) {
        return new SummaryService(
                new SummaryService.Options(
                        kafka,
                        "usage-summary",
                        "i0",
                        Duration.ofSeconds(6),
                        1,
                        directory.resolve("state").toString(),
                        0,
                        64 << 20,
                        1,
                        new SummaryService.Bounds(100, 50, 16 << 20, 8 << 20, Duration.ofMillis(100)),
                        TopologySettings.DEFAULTS
                                .withPacing(DayPacing.DEFAULTS.with(budget, TRANSACTION))
                                .withRetentionDays(20_000),
                        false),
                topics);
    }

    /** Days with a status. */
    private Set<String> published() {
        final Set<String> days = new HashSet<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), kafka)) {
            reader.readAll(topics.name(TopicRole.SUMMARY_STATUS), record -> {
                final String day = new String(record.key(), StandardCharsets.UTF_8);
                if (record.value() == null) {
                    days.remove(day);
                } else {
                    days.add(day);
                }
            });
        }
        return days;
    }
}

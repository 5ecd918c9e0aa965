package org.usagestreams.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.operations.reference.ReferenceFile;
import org.usagestreams.operations.upload.PlannedUpload;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.rules.Amount;
import org.usagestreams.sample.SampleData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.service.processor.ProcessorInstance;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;

/**
 * The whole system on real parts, with cost management's own kind of table: partitioned by month, with columns that are not
 * ours.
 */
@Tag("containers")
class PipelineIT {
    private static final String SCHEMA = "org1234567";

    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;
    private static EmbeddedCluster cluster;

    @BeforeAll
    static void start() throws Exception {
        final Map<String, String> settings = Map.of(
                "postgres.schema",
                SCHEMA,
                "splitter.retry.longest.ms",
                "500",
                // The least there is, so that an object of some megabytes gets a transaction of its own.
                "splitter.buffer.bytes",
                "1048576");
        fixture = new EmbeddedClusterFixture(TestParts.options(settings, costManagementTable(settings)), directory);
        cluster = fixture.cluster;
    }

    /** The plain table's columns and more, partitioned by months of usage_start. */
    private static String costManagementTable(Map<String, String> settings) {
        final String plain = new SinkDefinition("daily-summary", Settings.of(settings)::plain, role -> role)
                .tableSql()
                // A partitioned table has none.
                .replace("WITH (fillfactor = 45)", "");
        final String table = SCHEMA + ".reporting_ocpusagelineitem_daily_summary";
        return plain.replace(
                        "    PRIMARY KEY (usage_start, uuid)\n)",
                        "    infrastructure_markup_cost numeric(33,15), infrastructure_raw_cost numeric(33,15),"
                                + " cost_model_rate_type text, monthly_cost_type text,\n"
                                + "    PRIMARY KEY (usage_start, uuid)\n) PARTITION BY RANGE (usage_start)")
                + "CREATE TABLE " + table + "_2025_11 PARTITION OF " + table
                + " FOR VALUES FROM ('2025-11-01') TO ('2025-12-01');"
                + "CREATE TABLE " + table + "_default PARTITION OF " + table + " DEFAULT;";
    }

    @AfterAll
    static void end() throws IOException {
        if (fixture != null) {
            fixture.close();
        }
    }

    private static List<List<String>> query(String sql) {
        return fixture.query(sql.replace("TABLE", cluster.table()));
    }

    @Test
    void shouldFollowTheBucketAndLeaveForeignColumnsAlone() throws Exception {
        final SampleOptions options = SampleUploads.small(11, LocalDate.of(2025, 11, 30));
        final String source = SampleData.source(options, 0);
        final String ours = " FROM TABLE WHERE source_uuid = '" + source + "'";
        final List<PlannedUpload> files = SampleUploads.upload(cluster, options, directory.resolve("follow"));
        fixture.drained();
        assertEquals(
                List.of(List.of("2025-11-30"), List.of("2025-12-01")),
                query("SELECT DISTINCT usage_start" + ours + " ORDER BY 1"),
                "in a month's partition and in the default one");
        final List<List<String>> before = query("SELECT uuid, usage_start" + ours + " ORDER BY 1");

        cluster.postgres()
                .execute("UPDATE " + cluster.table()
                        + " SET infrastructure_markup_cost = 1.5, monthly_cost_type = 'Node'");
        // Every row of the day changes.
        Files.writeString(
                directory.resolve("follow").resolve(SampleData.REFERENCE_FILE),
                "clusters: [{source: " + source + ", cluster_id: renamed}]");
        new ReferencePublisher(
                        KafkaClients.real(),
                        cluster.settings().kafkaClient(),
                        cluster.settings().topics())
                .publish(ReferenceFile.read(directory.resolve("follow").resolve(SampleData.REFERENCE_FILE)));
        fixture.drained();
        assertEquals(before, query("SELECT uuid, usage_start" + ours + " ORDER BY 1"), "the same rows");
        assertEquals(
                List.of(List.of("renamed", "1.500000000000000", "Node")),
                query("SELECT DISTINCT cluster_id, infrastructure_markup_cost, monthly_cost_type" + ours));

        for (final PlannedUpload file : files) {
            if (file.key().contains("day=30")) {
                fixture.remove(file.key());
            }
        }
        fixture.drained();
        assertEquals(List.of(List.of("2025-12-01")), query("SELECT DISTINCT usage_start" + ours));
    }

    @Test
    void shouldSetBadObjectsAsideAndGoOn() throws Exception {
        final SampleOptions options = SampleUploads.small(12, LocalDate.of(2025, 11, 10));
        final String prefix = "data/org1234567/OCP/source=" + SampleData.source(options, 0)
                + "/year=2025/month=11/day=10/openshift_pod_usage_line_items/";
        final String good = prefix + "day.parquet";
        fixture.put(prefix + "empty.parquet", new byte[0]);
        fixture.put(prefix + "text.parquet", "not,a,report\n".repeat(100).getBytes(UTF_8));
        fixture.put("elsewhere/x.parquet", new byte[10]);
        final List<PlannedUpload> files = SampleUploads.upload(cluster, options, directory.resolve("bad"));
        final byte[] whole = Files.readAllBytes(files.stream()
                .filter(file -> file.key().equals(good))
                .findFirst()
                .orElseThrow()
                .file());
        fixture.put(prefix + "cut +%ü.parquet", java.util.Arrays.copyOf(whole, whole.length / 2));
        cluster.deliver(new BucketNotifications.Notification("x", "no JSON".getBytes(UTF_8)));
        cluster.deliver(new BucketNotifications.Notification("x", null));
        fixture.drained();

        final String letters = String.join("\n", fixture.deadLetters());
        for (final String name : List.of("empty.parquet", "text.parquet", "cut +%ü.parquet")) {
            assertTrue(letters.contains(prefix + name), name + " is set aside: " + letters);
        }
        assertTrue(letters.contains("\"step\":\"NOTIFICATION\""), letters);
        final String rows = "SELECT count(*) FROM TABLE WHERE source_uuid = '" + SampleData.source(options, 0)
                + "' AND usage_start = '2025-11-10' AND data_source = 'Pod'";
        assertTrue(Long.parseLong(query(rows).get(0).get(0)) > 10, "the good file's rows are there");

        // A good object that is overwritten by a bad one counts no more; repaired, it counts again.
        fixture.put(good, new byte[] {1, 2, 3});
        fixture.drained();
        assertEquals("0", query(rows).get(0).get(0));
        fixture.put(good, whole);
        fixture.drained();
        assertTrue(Long.parseLong(query(rows).get(0).get(0)) > 10);
    }

    @Test
    void shouldLoadALargeObjectWhollyOrNotAtAll() throws Exception {
        final SampleOptions options = new SampleOptions(
                "org1234567",
                1,
                10,
                5,
                6_000,
                1,
                LocalDate.of(2025, 11, 20),
                13,
                SampleOptions.LabelForm.JSON,
                SampleOptions.TimeForm.MILLIS,
                CompressionCodecName.SNAPPY,
                false);
        final Path files = directory.resolve("large");
        new SampleData(options, files).write(file -> {});
        final Path pods = files.resolve("data/org1234567/OCP/source=" + SampleData.source(options, 0)
                + "/year=2025/month=11/day=20/openshift_pod_usage_line_items/day.parquet");
        final String key = files.relativize(pods).toString();
        final byte[] whole = Files.readAllBytes(pods);
        assertTrue(whole.length > 2 << 20, whole.length + " bytes do not fit in the splitter's buffer");
        final String rows = "SELECT count(*) FROM TABLE WHERE source_uuid = '" + SampleData.source(options, 0) + "'";

        // Broken in its last row group: chunks of the first had gone out when this was found.
        final byte[] broken = whole.clone();
        for (int i = 0; i < 2_000; i++) {
            broken[broken.length - 200_000 + i] ^= 0x55;
        }
        fixture.put(key, broken);
        fixture.drained();
        assertEquals("0", query(rows).get(0).get(0));
        final String letters = String.join("\n", fixture.deadLetters());
        assertTrue(letters.contains(key) && letters.contains("row group 1"), letters);

        final long read = cluster.splitter().counts().bytesRead.sum();
        fixture.put(key, whole);
        fixture.drained();
        final double times = (double) (cluster.splitter().counts().bytesRead.sum() - read) / whole.length;
        // The first lane hands it on once it outgrows the buffer, and the second lane begins anew. Reading ahead and
        // the footers
        // come on top, which is much of so small an object.
        assertTrue(times > 0.5 && times < 2.9, "it is read once by each lane, not " + times + " times");
        assertTrue(Long.parseLong(query(rows).get(0).get(0)) > 10);
        fixture.remove(key);
        fixture.drained();
        assertEquals("0", query(rows).get(0).get(0));
    }

    @Test
    void shouldRefuseToStartOnTopicsThatDiffer() {
        final Map<String, String> other = new HashMap<>();
        other.put("kafka.bootstrap.servers", cluster.settings().text("kafka.bootstrap.servers"));
        other.put("topics.partitions", "5");
        other.put("summary.http.port", "0");
        other.put("summary.health.port", "0");
        other.put("summary.state.dir", directory.resolve("other-state").toString());
        final IllegalStateException e =
                assertThrows(IllegalStateException.class, () -> ProcessorInstance.start(Settings.of(other)));
        assertTrue(e.getMessage().contains("usage.chunks: has 4 partitions, not 5"), e.getMessage());
        assertTrue(e.getMessage().contains("usage.daily-summary: has 4 partitions, not 5"), e.getMessage());
    }

    @Test
    void shouldWaitForAStoreThatIsDown() throws Exception {
        fixture.drained();
        final SampleOptions options = SampleUploads.small(15, LocalDate.of(2025, 11, 25));
        final List<BucketNotifications.Notification> late = new ArrayList<>();
        cluster.listen(late::add);
        SampleUploads.upload(cluster, options, directory.resolve("down"));
        final int port = URI.create(cluster.endpoint()).getPort();
        final int letters = fixture.deadLetters().size();
        final long retries = cluster.splitter().counts().retries.sum();
        cluster.stopStore();
        try {
            cluster.listen(cluster::deliver);
            late.forEach(cluster::deliver);
            Awaitility.await("the store is tried again")
                    .atMost(EmbeddedClusterFixture.WITHIN)
                    .until(() -> cluster.splitter().counts().retries.sum() >= retries + 3);
        } finally {
            cluster.startStore(port);
        }
        fixture.drained();
        assertEquals(letters, fixture.deadLetters().size(), "nothing is set aside for it");
        assertEquals(
                "2",
                query("SELECT count(DISTINCT usage_start) FROM TABLE WHERE source_uuid = '"
                                + SampleData.source(options, 0) + "'")
                        .get(0)
                        .get(0));
    }

    @Test
    void shouldBeIdleWhenItHasFinished() throws Exception {
        fixture.drained();
        // Commits of what went before may still come in; then there is silence.
        final AtomicReference<Map<TopicPartition, Long>> before = new AtomicReference<>();
        Awaitility.await("nothing is written to any topic, those of Kafka itself included")
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(500))
                .during(Duration.ofSeconds(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> {
                    final Map<TopicPartition, Long> now = allEnds();
                    return now.equals(before.getAndSet(now));
                });
    }

    private static Map<TopicPartition, Long> allEnds() {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                cluster.settings().kafkaClient(), new StringDeserializer(), new StringDeserializer())) {
            return consumer.endOffsets(consumer.listTopics().values().stream()
                    .flatMap(infos -> infos.stream().map(info -> new TopicPartition(info.topic(), info.partition())))
                    .toList());
        }
    }

    @Test
    void shouldKeepTheTableTheSchemasAndTheRowsInStep() throws Exception {
        final TreeSet<String> table = new TreeSet<>();
        query("SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = '" + SCHEMA
                        + "' AND table_name = 'reporting_ocpusagelineitem_daily_summary'")
                .forEach(row -> table.add(row.get(0)));
        final String key = resource("/connectors/daily-summary-key.schema.json");
        final String value = resource("/connectors/daily-summary-value.schema.json");
        Stream.of(Amount.values()).forEach(amount -> {
            assertTrue(table.contains(amount.column()), amount.column() + " is in the table");
            assertTrue(value.contains('"' + amount.column() + '"'), amount.column() + " is in the schema");
        });
        for (final String column : table) {
            final boolean foreign = column.startsWith("infrastructure_markup")
                    || column.startsWith("infrastructure_raw")
                    || column.equals("cost_model_rate_type")
                    || column.equals("monthly_cost_type");
            assertEquals(!foreign, (key + value).contains('"' + column + '"'), column);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = SinkDefinition.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

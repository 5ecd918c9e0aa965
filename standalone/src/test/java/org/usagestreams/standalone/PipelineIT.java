package org.usagestreams.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
import org.usagestreams.operations.upload.ReportUpload;
import org.usagestreams.operations.upload.UploadPlan;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.rules.Amount;
import org.usagestreams.sample.SampleData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.service.processor.ProcessorInstance;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;

/**
 * The whole system on real parts, with cost management's own kind of table: partitioned by month, with columns that are not
 * ours.
 */
@Tag("containers")
class PipelineIT {
    private static final Duration WITHIN = Duration.ofSeconds(60);
    private static final String SCHEMA = "org1234567";

    @TempDir
    private static Path directory;

    private static EmbeddedCluster cluster;
    private static DrainCheck drain;

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
        cluster = EmbeddedCluster.start(TestParts.options(settings, costManagementTable(settings)), step -> {});
        drain = new DrainCheck(cluster);
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
    static void end() {
        if (drain != null) {
            drain.close();
            cluster.close();
        }
    }

    private static SampleOptions sample(long seed, LocalDate from) {
        return new SampleOptions(
                "org1234567",
                1,
                3,
                4,
                24,
                2,
                from,
                seed,
                SampleOptions.LabelForm.JSON,
                SampleOptions.TimeForm.MICROS,
                CompressionCodecName.SNAPPY,
                false);
    }

    private static List<PlannedUpload> upload(SampleOptions options, String name) throws Exception {
        final Path files = directory.resolve(name);
        new SampleData(options, files).write(file -> {});
        new ReferencePublisher(
                        KafkaClients.real(),
                        cluster.settings().kafkaClient(),
                        cluster.settings().topics())
                .publish(ReferenceFile.read(files.resolve(SampleData.REFERENCE_FILE)));
        final List<PlannedUpload> planned =
                new UploadPlan(options.org()).plan(List.of(files), null, null, LocalDate.EPOCH);
        new ReportUpload(cluster.client(), cluster.bucket()).upload(planned, file -> {});
        return planned;
    }

    private static void put(String key, byte[] bytes) throws Exception {
        cluster.client()
                .putObject(PutObjectArgs.builder().bucket(cluster.bucket()).object(key).stream(
                                new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                        .build());
    }

    private static void remove(String key) throws Exception {
        cluster.client()
                .removeObject(RemoveObjectArgs.builder()
                        .bucket(cluster.bucket())
                        .object(key)
                        .build());
    }

    private static void drained() {
        assertTrue(drain.await(WITHIN), "all is processed within " + WITHIN);
    }

    private static List<List<String>> query(String sql) throws SQLException {
        try (Connection connection = cluster.postgres().connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql.replace("TABLE", cluster.table()))) {
            final List<List<String>> found = new ArrayList<>();
            while (rows.next()) {
                final List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                found.add(row);
            }
            return found;
        }
    }

    /** All that was ever set aside, settled or not. */
    private static List<String> deadLetters() {
        final List<String> letters = new ArrayList<>();
        try (TopicReader reader =
                new TopicReader(KafkaClients.real(), cluster.settings().kafkaClient())) {
            reader.readAll(cluster.settings().topics().name(TopicRole.DEAD_LETTERS), record -> {
                if (record.value() != null) {
                    letters.add(new String(record.value(), UTF_8));
                }
            });
        }
        return letters;
    }

    @Test
    void shouldFollowTheBucketAndLeaveForeignColumnsAlone() throws Exception {
        final SampleOptions options = sample(11, LocalDate.of(2025, 11, 30));
        final String source = SampleData.source(options, 0);
        final String ours = " FROM TABLE WHERE source_uuid = '" + source + "'";
        final List<PlannedUpload> files = upload(options, "follow");
        drained();
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
        drained();
        assertEquals(before, query("SELECT uuid, usage_start" + ours + " ORDER BY 1"), "the same rows");
        assertEquals(
                List.of(List.of("renamed", "1.500000000000000", "Node")),
                query("SELECT DISTINCT cluster_id, infrastructure_markup_cost, monthly_cost_type" + ours));

        for (final PlannedUpload file : files) {
            if (file.key().contains("day=30")) {
                remove(file.key());
            }
        }
        drained();
        assertEquals(List.of(List.of("2025-12-01")), query("SELECT DISTINCT usage_start" + ours));
    }

    @Test
    void shouldSetBadObjectsAsideAndGoOn() throws Exception {
        final SampleOptions options = sample(12, LocalDate.of(2025, 11, 10));
        final String prefix = "data/org1234567/OCP/source=" + SampleData.source(options, 0)
                + "/year=2025/month=11/day=10/openshift_pod_usage_line_items/";
        final String good = prefix + "day.parquet";
        put(prefix + "empty.parquet", new byte[0]);
        put(prefix + "text.parquet", "not,a,report\n".repeat(100).getBytes(UTF_8));
        put("elsewhere/x.parquet", new byte[10]);
        final List<PlannedUpload> files = upload(options, "bad");
        final byte[] whole = Files.readAllBytes(files.stream()
                .filter(file -> file.key().equals(good))
                .findFirst()
                .orElseThrow()
                .file());
        put(prefix + "cut +%ü.parquet", java.util.Arrays.copyOf(whole, whole.length / 2));
        cluster.deliver(new BucketNotifications.Notification("x", "no JSON".getBytes(UTF_8)));
        cluster.deliver(new BucketNotifications.Notification("x", null));
        drained();

        final String letters = String.join("\n", deadLetters());
        for (final String name : List.of("empty.parquet", "text.parquet", "cut +%ü.parquet")) {
            assertTrue(letters.contains(prefix + name), name + " is set aside: " + letters);
        }
        assertTrue(letters.contains("\"step\":\"NOTIFICATION\""), letters);
        final String rows = "SELECT count(*) FROM TABLE WHERE source_uuid = '" + SampleData.source(options, 0)
                + "' AND usage_start = '2025-11-10' AND data_source = 'Pod'";
        assertTrue(Long.parseLong(query(rows).get(0).get(0)) > 10, "the good file's rows are there");

        // A good object that is overwritten by a bad one counts no more; repaired, it counts again.
        put(good, new byte[] {1, 2, 3});
        drained();
        assertEquals("0", query(rows).get(0).get(0));
        put(good, whole);
        drained();
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
        put(key, broken);
        drained();
        assertEquals("0", query(rows).get(0).get(0));
        final String letters = String.join("\n", deadLetters());
        assertTrue(letters.contains(key) && letters.contains("row group 1"), letters);

        final long read = cluster.splitter().counts().bytesRead.sum();
        put(key, whole);
        drained();
        final double times = (double) (cluster.splitter().counts().bytesRead.sum() - read) / whole.length;
        // The first lane hands it on once it outgrows the buffer, and the second lane begins anew.
        assertTrue(times > 0.5 && times < 2.2, "it is read once by each lane, not " + times + " times");
        assertTrue(Long.parseLong(query(rows).get(0).get(0)) > 10);
        remove(key);
        drained();
        assertEquals("0", query(rows).get(0).get(0));
    }

    @Test
    void shouldRefuseToMixVersionsOfAnObject() throws Exception {
        final ObjectStore store = new ObjectStore(cluster.client());
        put("mixed/x", new byte[1 << 20]);
        final ObjectStore.Stored first =
                store.current(cluster.bucket(), "mixed/x").orElseThrow();
        assertEquals(100, store.read(first, 0, 100).length);
        put("mixed/x", "replaced while it is read".repeat(100_000).getBytes(UTF_8));
        final StoreException e = assertThrows(StoreException.class, () -> store.read(first, 900_000, 100));
        assertEquals(StoreException.Kind.REPLACED, e.kind());
        remove("mixed/x");
        assertTrue(store.current(cluster.bucket(), "mixed/x").isEmpty());
        final StoreException gone = assertThrows(StoreException.class, () -> store.read(first, 0, 100));
        assertEquals(StoreException.Kind.GONE, gone.kind());
        final StoreException missing = assertThrows(StoreException.class, () -> store.current("no-such-bucket", "x"));
        assertEquals(
                StoreException.Kind.UNREADABLE,
                missing.kind(),
                "a foreign bucket that is missing is set aside, and retracts nothing");
    }

    @Test
    void shouldTryAgainWithWrongCredentialsAndWithoutAStore() throws Exception {
        for (final MinioClient client : List.of(
                MinioClient.builder()
                        .endpoint(cluster.endpoint())
                        .credentials(cluster.settings().text("store.access.key"), "wrong-secret")
                        .region("us-east-1")
                        .build(),
                MinioClient.builder()
                        .endpoint("http://127.0.0.1:" + Ports.free())
                        .credentials("a", "b")
                        .region("us-east-1")
                        .build())) {
            final StoreException e =
                    assertThrows(StoreException.class, () -> new ObjectStore(client).current(cluster.bucket(), "x"));
            assertEquals(StoreException.Kind.UNAVAILABLE, e.kind(), e.getMessage());
        }
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
        drained();
        final SampleOptions options = sample(15, LocalDate.of(2025, 11, 25));
        final List<BucketNotifications.Notification> late = new ArrayList<>();
        cluster.listen(late::add);
        upload(options, "down");
        final int port = URI.create(cluster.endpoint()).getPort();
        final int letters = deadLetters().size();
        final long retries = cluster.splitter().counts().retries.sum();
        cluster.stopStore();
        try {
            cluster.listen(cluster::deliver);
            late.forEach(cluster::deliver);
            Awaitility.await("the store is tried again")
                    .atMost(WITHIN)
                    .until(() -> cluster.splitter().counts().retries.sum() >= retries + 3);
        } finally {
            cluster.startStore(port);
        }
        drained();
        assertEquals(letters, deadLetters().size(), "nothing is set aside for it");
        assertEquals(
                "2",
                query("SELECT count(DISTINCT usage_start) FROM TABLE WHERE source_uuid = '"
                                + SampleData.source(options, 0) + "'")
                        .get(0)
                        .get(0));
    }

    @Test
    void shouldBeIdleWhenItHasFinished() throws Exception {
        drained();
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

package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.connectors.sink.DailySummarySinkConnector;
import org.usagestreams.connectors.sink.PollPositions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.summary.SummaryKey;

/** The sink that loads whole days, in a real Connect worker between a real broker and a real PostgreSQL. */
class DaySinkIT {
    private static final String TOPIC = "summary";
    private static final String DEAD_LETTERS = "dead-letters";
    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final int DATE = (int) LocalDate.of(2025, 11, 2).toEpochDay();

    @TempDir
    private static Path directory;

    private static BrokerFixture broker;
    private static Database postgres;

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerFixture(directory);
        broker.make(List.of(TOPIC, DEAD_LETTERS), 2);
        postgres = SharedPostgres.database();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            final SinkDefinition sink = new SinkDefinition(
                    "daily-summary", name -> name.equals("postgres.table") ? "daily_summary" : "usage", name -> name);
            statement.execute(sink.tableSql());
            statement.execute(sink.statusSql());
        }
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static ConnectWorker worker() throws Exception {
        return ConnectWorker.start(
                directory.resolve("connect"),
                broker.kafka(),
                Ports.free(),
                Map.of(
                        "day-sink",
                        Map.ofEntries(
                                Map.entry("name", "day-sink"),
                                Map.entry("connector.class", DailySummarySinkConnector.class.getName()),
                                Map.entry("tasks.max", "2"),
                                Map.entry("topics", TOPIC),
                                Map.entry("connection.url", postgres.jdbcUrl()),
                                Map.entry("connection.username", postgres.user()),
                                Map.entry("connection.password", postgres.password()),
                                Map.entry("table.schema", "usage"),
                                Map.entry("table.name", "daily_summary"),
                                Map.entry("status.schema", "usage"),
                                Map.entry("dead.letter.topic", DEAD_LETTERS),
                                Map.entry("refused.backoff.max.ms", "500"),
                                Map.entry("position.interval.ms", "100"),
                                Map.entry("key.converter", ByteArrayConverter.class.getName()),
                                Map.entry("value.converter", ByteArrayConverter.class.getName()),
                                Map.entry("consumer.override.isolation.level", "read_committed"),
                                Map.entry("consumer.override.auto.offset.reset", "earliest"),
                                Map.entry("consumer.override.interceptor.classes", PollPositions.class.getName()))));
    }

    private static String source(int number) {
        return "00000000-0000-4000-8000-%012x".formatted(number);
    }

    private static byte[] key(int source, String uuid) {
        return bytes("{\"organisation\":\"org\",\"source_uuid\":\"" + source(source) + "\",\"usage_start\":" + DATE
                + ",\"uuid\":\"" + uuid + "\"}");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A revision of a source's day: rows that say which it is, and the marker. */
    private static void send(KafkaProducer<byte[], byte[]> producer, int source, int revision, int rows) {
        send(producer, TOPIC, source % 2, source, revision, rows);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The flush or the commit tells.
    private static void send(
            KafkaProducer<byte[], byte[]> producer, String topic, int partition, int source, int revision, int rows) {
        for (int i = 0; i < rows; i++) {
            final String uuid = "%08x-0000-5000-8000-%012x".formatted(source, i);
            producer.send(new ProducerRecord<>(
                    topic,
                    partition,
                    key(source, uuid),
                    bytes("{\"uuid\":\"" + uuid + "\",\"usage_start\":" + DATE + ",\"usage_end\":" + DATE
                            + ",\"namespace\":\"revision-" + revision + "\",\"pod_usage_cpu_core_hours\":" + i
                            + ".250000000000000,\"source_uuid\":\"" + source(source) + "\"}")));
        }
        producer.send(new ProducerRecord<>(
                topic,
                partition,
                key(source, "00000000-0000-0000-0000-000000000000"),
                bytes("{\"usage_end\":" + DATE + ",\"epoch\":1,\"revision\":" + revision + ",\"row_count\":" + rows
                        + ",\"rows_set_aside\":0,\"live_objects\":1,\"changed_at\":\"2025-11-02T10:00:00Z\"}"),
                List.of(new RecordHeader(SummaryKey.MARKER_HEADER, new byte[0]))));
    }

    private static List<String> query(String sql) throws SQLException {
        final List<String> texts = new ArrayList<>();
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private static void awaitRevisions(String... expected) {
        await().atMost(WITHIN).untilAsserted(() -> assertThat(query(
                        "SELECT right(s.source_uuid::text, 1) || ': ' || s.revision || ' ' || string_agg(DISTINCT namespace, ',')"
                                + " || ' ' || count(*) FROM usage.summary_status s JOIN usage.daily_summary t"
                                + " ON t.source_uuid = s.source_uuid AND t.usage_start = s.usage_date"
                                + " GROUP BY s.source_uuid, s.revision ORDER BY 1"))
                .containsExactly(expected));
    }

    /** Behind the markers of all transactions, an aborted one included. */
    private static void awaitPositionsAtTheEnd() {
        await().atMost(WITHIN).untilAsserted(() -> {
            for (int partition = 0; partition < 2; partition++) {
                final TopicPartition asked = new TopicPartition(TOPIC, partition);
                final long end = broker.admin
                        .listOffsets(
                                Map.of(asked, OffsetSpec.latest()),
                                new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .partitionResult(asked)
                        .get()
                        .offset();
                assertThat(query("SELECT next_offset FROM usage.sink_position WHERE partition = " + partition))
                        .containsExactly(Long.toString(end));
            }
        });
    }

    @Test
    void shouldLoadWholeDaysAndGoOnWhereTheTableStands() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = broker.producer("processor")) {
            producer.beginTransaction();
            send(producer, 1, 1, 300);
            send(producer, 2, 1, 3);
            producer.commitTransaction();
            try (ConnectWorker worker = worker()) {
                awaitRevisions("1: 1 revision-1 300", "2: 1 revision-1 3");
                producer.beginTransaction();
                send(producer, 1, 2, 300);
                producer.commitTransaction();
                awaitRevisions("1: 2 revision-2 300", "2: 1 revision-1 3");
                assertThat(worker.isPaused("day-sink")).isFalse();
            }
            producer.beginTransaction();
            send(producer, 1, 3, 300);
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            send(producer, 2, 2, 3);
            producer.commitTransaction();
            try (ConnectWorker worker = worker()) {
                awaitRevisions("1: 2 revision-2 300", "2: 2 revision-2 3");
                awaitPositionsAtTheEnd();
                assertThat(worker.isPaused("day-sink")).isFalse();
            }
        }
    }

    private static List<DeadLetter> deadLetters() {
        return broker.contents(DEAD_LETTERS).values().stream()
                .map(text -> DeadLetter.parse(bytes(text)))
                .toList();
    }

    @Test
    void shouldTellOfADayThatPostgresqlRefusesUntilItIsLoaded() throws Exception {
        execute("ALTER TABLE usage.daily_summary ADD CONSTRAINT refused CHECK (source_uuid <> '" + source(3) + "')");
        try (KafkaProducer<byte[], byte[]> producer = broker.producer("processor");
                ConnectWorker worker = worker()) {
            producer.beginTransaction();
            send(producer, 3, 1, 5);
            send(producer, 4, 1, 5);
            BrokerFixture.send(producer, TOPIC, 0, "no key", "no value");
            producer.commitTransaction();
            await().atMost(WITHIN).untilAsserted(() -> assertThat(deadLetters())
                    .anySatisfy(letter -> {
                        assertThat(letter.step()).isEqualTo(DeadLetter.Step.LOAD);
                        assertThat(letter.reason())
                                .contains("violates check constraint")
                                .contains("tries again automatically");
                        assertThat(letter.record()).isEqualTo("org|" + source(3) + "|2025-11-02");
                    })
                    .anySatisfy(letter -> assertThat(letter.reason())
                            .startsWith("Cannot load the record: its key cannot be parsed")));
            assertThat(query("SELECT count(*) FROM usage.daily_summary WHERE source_uuid = '" + source(4) + "'"))
                    .containsExactly("5");
            execute("ALTER TABLE usage.daily_summary DROP CONSTRAINT refused");
            await().atMost(WITHIN).untilAsserted(() -> assertThat(
                            query("SELECT count(*) FROM usage.daily_summary WHERE source_uuid = '" + source(3) + "'"))
                    .containsExactly("5"));
            assertThat(deadLetters()).extracting(DeadLetter::place).containsExactly("key no key");
            assertThat(worker.isPaused("day-sink")).isFalse();
        }
    }

    /** Without the guarantees of the connector that makes days visible at once. */
    @Test
    void shouldLetAnyJdbcSinkReadTheTopic() throws Exception {
        execute("CREATE TABLE usage.copy (LIKE usage.daily_summary INCLUDING ALL)");
        final Map<String, String> config = SinkDefinition.jdbc(
                name -> switch (name) {
                    case "postgres.url" -> postgres.jdbcUrl();
                    case "postgres.user" -> postgres.user();
                    case "postgres.password" -> postgres.password();
                    case "postgres.table" -> "copy";
                    default -> "usage";
                },
                role -> "copied");
        broker.make(List.of("copied"), 1);
        try (KafkaProducer<byte[], byte[]> producer = broker.producer("processor");
                ConnectWorker worker = ConnectWorker.start(
                        directory.resolve("jdbc"), broker.kafka(), Ports.free(), Map.of("usage-jdbc-sink", config))) {
            producer.beginTransaction();
            send(producer, "copied", 0, 6, 1, 10);
            producer.commitTransaction();
            await().atMost(WITHIN).untilAsserted(() -> assertThat(query(
                            "SELECT count(*) || ' ' || sum(pod_usage_cpu_core_hours)::numeric(9, 2) FROM usage.copy"))
                    .containsExactly("10 47.50"));
            producer.beginTransaction();
            producer.send(new ProducerRecord<>("copied", 0, key(6, "%08x-0000-5000-8000-%012x".formatted(6, 3)), null))
                    .get();
            producer.commitTransaction();
            await().atMost(WITHIN).untilAsserted(() -> assertThat(query("SELECT count(*)::text FROM usage.copy"))
                    .containsExactly("9"));
            assertThat(worker.isPaused("usage-jdbc-sink")).isFalse();
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

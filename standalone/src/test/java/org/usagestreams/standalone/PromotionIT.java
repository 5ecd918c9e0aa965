package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.operations.replay.Replay;
import org.usagestreams.reference.ClusterRetention;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.reference.ReferenceKey;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.settings.Settings;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.testkit.LoadedPositions;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.summary.SummaryKey;

/** What is published when a new version takes over: each day that changes ends with a marker, so that the sink can load it. */
class PromotionIT {
    private static final TopicCatalog TOPICS = TopicCatalog.shipped().withPartitions(2);
    private static final String SUMMARY = TOPICS.name(TopicRole.SUMMARY);
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ee";
    private final DayKey kept =
            new DayKey("org", SOURCE, LocalDate.now(ZoneOffset.UTC).minusDays(2));
    private final DayKey emptied =
            new DayKey("org", SOURCE, LocalDate.now(ZoneOffset.UTC).minusDays(3));
    /** Of a month that the organisation keeps no more. */
    private final DayKey old =
            new DayKey("org", SOURCE, LocalDate.now(ZoneOffset.UTC).minusMonths(4));

    private final DayKey same =
            new DayKey("org", SOURCE, LocalDate.now(ZoneOffset.UTC).minusDays(4));

    @TempDir
    private static Path directory;

    private static BrokerFixture broker;
    private static Database postgres;

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerFixture(directory);
        broker.make(TOPICS);
        broker.make(List.of(SUMMARY + ".next", TOPICS.name(TopicRole.SUMMARY_STATUS) + ".next"), 2);
        broker.make(new ApplicationNames("usage-summary").changelogs(), 2);
        postgres = SharedPostgres.database();
        run(new SinkDefinition("daily-summary", Settings.of(Map.of())::plain, role -> role).statusSql());
        try (Connection connection = postgres.connect()) {
            for (int partition = 0; partition < 2; partition++) {
                LoadedPositions.insert(connection, broker.admin, SUMMARY, partition, 1_000_000);
            }
        }
    }

    @AfterAll
    static void end() throws Exception {
        broker.close();
    }

    private static void run(String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static UUID row(int number) {
        return new UUID(0x5000L, 0x8000000000000000L | number);
    }

    private static void put(String topic, DayKey day, SummaryKey key, String value) {
        broker.put(topic, day.partition(2), new String(key.bytes(), StandardCharsets.UTF_8), value);
    }

    private static void publish(String topic, DayKey day, String marker, String... rows) {
        final SummaryKey.OfDay keys = new SummaryKey.OfDay(day);
        for (int i = 0; i < rows.length; i++) {
            put(topic, day, keys.row(row(i)), rows[i]);
        }
        put(topic, day, keys.marker(), marker);
    }

    private static String marker(long epoch, long revision, int rows) {
        return "{\"usage_end\":1,\"epoch\":" + epoch + ",\"revision\":" + revision + ",\"row_count\":" + rows
                + ",\"rows_set_aside\":0,\"live_objects\":1}";
    }

    /** The records of a day from this offset on, as {@code uuid's last digit: value}, or the marker. */
    private static List<String> written(DayKey day, long from) {
        final List<String> records = new ArrayList<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), broker.kafka())) {
            reader.readAll(SUMMARY, record -> {
                if (record.offset() >= from && SummaryKey.dayOf(record.key()).equals(day)) {
                    final String value =
                            record.value() == null ? "-" : new String(record.value(), StandardCharsets.UTF_8);
                    final boolean marker = SummaryKey.isMarker(record.key());
                    assertThat(record.headers().lastHeader(SummaryKey.MARKER_HEADER) != null)
                            .isEqualTo(marker);
                    records.add((marker ? "marker" : "row") + " " + value);
                }
            });
        }
        return records;
    }

    private static long end(int partition) throws Exception {
        return broker.admin
                .listOffsets(Map.of(new TopicPartition(SUMMARY, partition), OffsetSpec.latest()))
                .partitionResult(new TopicPartition(SUMMARY, partition))
                .get()
                .offset();
    }

    @Test
    void shouldEndEachDayThatChangesWithAMarker() throws Exception {
        publish(SUMMARY, kept, marker(1, 7, 2), "\"a\"", "\"b\"");
        publish(SUMMARY, emptied, marker(1, 3, 2), "\"a\"", "\"b\"");
        publish(SUMMARY, same, marker(1, 1, 1), "\"a\"");
        publish(SUMMARY, old, marker(1, 2, 1), "\"a\"");
        broker.put(
                TOPICS.name(TopicRole.CLUSTERS),
                0,
                ReferenceKey.cluster("org", SOURCE).toString(),
                new String(
                        ReferenceJson.cluster(
                                new Cluster("c1", null, Map.of()), new ClusterRetention(2, Set.of(), Set.of())),
                        StandardCharsets.UTF_8));
        publish(SUMMARY + ".next", kept, marker(9, 1, 1), "\"c\"");
        publish(SUMMARY + ".next", same, marker(9, 1, 1), "\"a\"");
        final long[] from = {end(0), end(1)};
        final Settings settings = broker.settings(Map.of(
                "topics.partitions",
                "2",
                "instance.session.ms",
                "6000",
                "postgres.url",
                postgres.jdbcUrl(),
                "postgres.user",
                postgres.user(),
                "postgres.password",
                postgres.password()));
        try (Replay replay = new Replay(settings, KafkaClients.real(), Time.SYSTEM, Duration.ofMinutes(1), null)) {
            replay.promote("next");
        }
        assertThat(written(kept, from[kept.partition(2)]))
                .containsExactly("row -", "row \"c\"", "marker " + marker(9, 1, 1));
        assertThat(written(emptied, from[emptied.partition(2)]))
                .containsExactly(
                        "row -",
                        "row -",
                        "marker " + marker(1, 4, 0).replace("\"live_objects\":1", "\"live_objects\":0"));
        assertThat(written(same, from[same.partition(2)]))
                .as("the rows are the same, and the epoch is the new version's")
                .containsExactly("marker " + marker(9, 1, 1));
        assertThat(written(old, from[old.partition(2)]))
                .as("a new version cannot derive what the organisation keeps no more, and its rows stay")
                .isEmpty();
    }
}

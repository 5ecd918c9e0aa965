package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.RemoveMembersFromConsumerGroupOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.operations.replay.PartitionExpansion;
import org.usagestreams.settings.Settings;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.summarizer.StateStore;
import org.usagestreams.testkit.LoadedPositions;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.topics.TopicSpec;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.summary.SummaryKey;

/** Partitions are only expanded where everything was read, and what is moved is neither lost nor read twice. */
class PartitionExpansionIT {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ee";
    private static final TopicCatalog TWO = TopicCatalog.shipped().withPartitions(2);
    private static final String CHUNKS = TWO.name(TopicRole.CHUNKS);
    private static final String SUMMARY = TWO.name(TopicRole.SUMMARY);
    private static final ApplicationNames NAMES = new ApplicationNames("usage-summary");

    @TempDir
    private static Path directory;

    private static BrokerFixture broker;
    private static Database postgres;

    private final List<String> days = IntStream.range(0, 8)
            .mapToObj(day ->
                    new DayKey("org", SOURCE, LocalDate.parse("2025-11-01").plusDays(day)).toString())
            .toList();

    @BeforeAll
    static void start() throws Exception {
        broker = new BrokerFixture(directory);
        postgres = SharedPostgres.database();
        run(new SinkDefinition("daily-summary", Settings.of(Map.of())::plain, role -> role).statusSql());
    }

    private static void run(String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** What the sink writes once it has loaded a partition up to there. */
    private static void loaded(int partition, long next) throws Exception {
        try (Connection connection = postgres.connect()) {
            LoadedPositions.insert(connection, broker.admin, SUMMARY, partition, next);
        }
    }

    @AfterAll
    static void end() throws Exception {
        broker.close();
    }

    @BeforeEach
    void makeTopics() throws Exception {
        broker.make(TWO);
        broker.make(NAMES.changelogs(), 2);
    }

    @AfterEach
    void removeTopics() throws Exception {
        final List<String> all = Stream.concat(TWO.all().stream().map(TopicSpec::name), NAMES.changelogs().stream())
                .toList();
        broker.admin.deleteTopics(all).all().get();
        final List<String> groups = broker.admin.listGroups().all().get().stream()
                .map(group -> group.groupId())
                .toList();
        broker.admin.deleteConsumerGroups(groups).all().get();
        run("TRUNCATE usage.sink_position, usage.sink_set_aside");
    }

    private static int partition(String day) {
        return DayKey.parse(day).partition(2);
    }

    private static String chunk(String day) {
        return day + "|row|object|version|0";
    }

    private String dayIn(int partition, int index) {
        return days.stream().filter(day -> partition(day) == partition).toList().get(index);
    }

    private static List<String> expand() {
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
        final List<String> said = new ArrayList<>();
        try (PartitionExpansion expansion = new PartitionExpansion(settings, KafkaClients.real(), Time.SYSTEM, 4)) {
            expansion.run(said::add);
        }
        return said;
    }

    private static int partitionsOf(String topic) throws Exception {
        return broker.admin
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .size();
    }

    @Test
    void shouldRefuseAPartitionThatTheGroupHasNeverRead() throws Exception {
        broker.put(CHUNKS, 0, chunk(dayIn(0, 0)), "read");
        broker.readToEnd(NAMES.group(), CHUNKS, 0);
        broker.put(CHUNKS, 1, chunk(dayIn(1, 0)), "never read");
        assertThatThrownBy(PartitionExpansionIT::expand)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(NAMES.group())
                .hasMessageContaining(CHUNKS + "-1");
        assertThat(partitionsOf(CHUNKS)).isEqualTo(2);
        assertThat(partitionsOf(TWO.name(TopicRole.OBJECTS))).isEqualTo(2);
    }

    @Test
    void shouldRefuseARecordBehindAnOpenTransaction() throws Exception {
        broker.put(CHUNKS, 0, chunk(dayIn(0, 0)), "read");
        broker.readToEnd(NAMES.group(), CHUNKS, 0, 1);
        final KafkaProducer<byte[], byte[]> killed = broker.producer("usage-splitter:killed");
        killed.beginTransaction();
        BrokerFixture.send(killed, CHUNKS, 0, chunk(dayIn(0, 1)), "half");
        killed.flush();
        broker.put(CHUNKS, 0, chunk(dayIn(0, 2)), "behind");
        assertThatThrownBy(PartitionExpansionIT::expand)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(CHUNKS + "-0");
        // The transaction was ended: the groups can read on.
        assertThat(broker.contents(CHUNKS)).containsValues("read", "behind").doesNotContainValue("half");
        killed.close(Duration.ZERO);
    }

    /**
     * Kafka gives a static member that comes back the assignment of before. One that leads the group would not see that there are
     * more partitions.
     */
    @Test
    void shouldRefuseWhileASplitterIsAMemberThatHasReadNothing() throws Exception {
        final Map<String, Object> config = new HashMap<>(broker.kafka());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, "usage-splitter");
        config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "splitter-0");
        try (KafkaConsumer<byte[], byte[]> splitter =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            splitter.subscribe(List.of(TWO.name(TopicRole.NOTIFICATIONS)));
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                splitter.poll(Duration.ofMillis(100));
                return !splitter.assignment().isEmpty();
            });
            assertThatThrownBy(PartitionExpansionIT::expand)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("usage-splitter");
        }
        // A static member does not leave by itself.
        broker.admin
                .removeMembersFromConsumerGroup("usage-splitter", new RemoveMembersFromConsumerGroupOptions())
                .all()
                .get();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A row of a day on the summary topic, and the day's marker. */
    private static void publish(String day) {
        final SummaryKey.OfDay keys = new SummaryKey.OfDay(DayKey.parse(day));
        for (final SummaryKey key : List.of(keys.row(UUID.nameUUIDFromBytes(bytes(day))), keys.marker())) {
            broker.put(SUMMARY, partition(day), new String(key.bytes(), StandardCharsets.UTF_8), day);
        }
    }

    @Test
    void shouldRefuseRowsThatAreNotInPostgresWhateverTheGroupHasCommitted() throws Exception {
        publish(dayIn(0, 0));
        broker.readToEnd("connect-usage-daily-summary-sink", SUMMARY, 0, 1);
        assertThatThrownBy(PartitionExpansionIT::expand)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("connect-usage-daily-summary-sink")
                .hasMessageContaining(SUMMARY + "-0 from offset 0");
    }

    @Test
    void shouldRefuseWhilePostgresRefusesADay() throws Exception {
        publish(dayIn(0, 0));
        loaded(0, 1_000);
        run("INSERT INTO usage.sink_set_aside VALUES ('org', '" + SOURCE + "', '2025-11-01', '" + SUMMARY
                + "', 0, 1, 0, '{}', 'violates foreign key', 1, now(), now())");
        assertThatThrownBy(PartitionExpansionIT::expand)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("org|" + SOURCE + "|2025-11-01");
    }

    @Test
    void shouldMoveTheRowsOfADayTogetherWithItsMarker() throws Exception {
        days.forEach(PartitionExpansionIT::publish);
        loaded(0, 1_000);
        loaded(1, 1_000);
        expand();
        final Map<String, String> moved = broker.contents(SUMMARY);
        assertThat(moved).hasSize(2 * days.size());
        moved.forEach((key, day) -> assertThat(key).startsWith(DayKey.parse(day).partition(4) + " "));
    }

    @Test
    void shouldMoveWhatWasReadAndEndWhatIsOpen() throws Exception {
        for (final String day : days) {
            broker.put(CHUNKS, partition(day), chunk(day), day);
        }
        final String touched = NAMES.changelog(StateStore.DIRTY);
        broker.put(touched, partition(days.get(0)), days.get(0), "x");
        broker.readToEnd(NAMES.group(), CHUNKS, 0, 1);
        final KafkaProducer<byte[], byte[]> killed = broker.producer("usage-splitter:killed");
        killed.beginTransaction();
        BrokerFixture.send(killed, CHUNKS, 0, chunk(dayIn(0, 1)), "half");
        killed.flush();
        assertThat(expand().get(0)).contains("usage-splitter:killed");
        for (int again = 0; again < 2; again++) {
            assertThat(broker.contents(CHUNKS)).hasSize(days.size());
            for (final String day : days) {
                assertThat(broker.contents(CHUNKS))
                        .containsEntry(DayKey.parse(day).partition(4) + " " + chunk(day), day);
            }
            assertThat(broker.contents(touched))
                    .containsOnlyKeys(DayKey.parse(days.get(0)).partition(4) + " " + days.get(0));
            for (int partition = 0; partition < 4; partition++) {
                final long before = broker.committed(NAMES.group(), CHUNKS, partition);
                broker.readToEnd("witness", CHUNKS, partition);
                assertThat(before).isEqualTo(broker.committed("witness", CHUNKS, partition));
            }
            // Broken off and begun again, it finds nothing unread in what it has moved itself.
            expand();
        }
        assertThat(partitionsOf(TWO.name(TopicRole.NOTIFICATIONS))).isEqualTo(4);
        assertThat(partitionsOf(TWO.name(TopicRole.MARKED_NOTIFICATIONS))).isEqualTo(4);
        killed.close(Duration.ZERO);
    }
}

package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.usagestreams.standalone.EmbeddedClusterFixture.WITHIN;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.standalone.EmbeddedClusterFixture.key;
import static org.usagestreams.testkit.RandomReports.pods;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.usagestreams.topics.CommittedReader;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.completion.DayCompletion;
import org.usagestreams.wire.ledger.UploadState;

/** Each revision of a day that is loaded is told by PostgreSQL, on the topic and to webhooks: never early, and not lost. */
@Tag("containers")
class CompletionIT {
    private static final String SINK = "usage-daily-summary-sink";
    private static int sources;

    @TempDir
    private static Path directory;

    private static WebhookReceiver receiver;
    private static EmbeddedClusterFixture fixture;
    private static Consumer<byte[], byte[]> topic;
    private static final List<ConsumerRecord<byte[], byte[]>> RECORDS = new ArrayList<>();

    private String source;

    @BeforeAll
    static void start() throws Exception {
        receiver = new WebhookReceiver();
        fixture = new EmbeddedClusterFixture(receiver.settings(), directory);
        topic = CommittedReader.open(
                KafkaClients.real(), fixture.cluster.settings().kafkaClient());
        topic.assign(
                List.of(new TopicPartition(fixture.cluster.settings().topics().name(TopicRole.COMPLETIONS), 0)));
        topic.seekToBeginning(topic.assignment());
    }

    @AfterAll
    static void end() throws Exception {
        if (topic != null) {
            topic.close();
        }
        if (fixture != null) {
            fixture.close();
        }
        receiver.close();
    }

    @BeforeEach
    void next() {
        source = "00000000-0000-4000-8000-7%011d".formatted(++sources);
        receiver.failures.set(0);
        receiver.failure = 503;
    }

    private void upload(String... namespaces) throws Exception {
        fixture.put(key(source, "a.parquet"), pods("2025-11-03", namespaces));
    }

    /** The events of the test's source on the topic, with repetitions. */
    private List<DayCompletion> published() {
        topic.poll(Duration.ofMillis(50)).forEach(RECORDS::add);
        return RECORDS.stream()
                .map(record -> DayCompletion.parse(new String(record.value(), StandardCharsets.UTF_8)))
                .filter(event -> event.sourceUuid().equals(source))
                .toList();
    }

    private List<DayCompletion> delivered() {
        return receiver.taken.stream()
                .filter(event -> event.sourceUuid().equals(source))
                .toList();
    }

    private static void assertTells(List<DayCompletion> events, Long... revisions) {
        assertThat(events.stream().distinct())
                .extracting(DayCompletion::revision)
                .containsExactly(revisions);
        assertThat(events.stream().map(DayCompletion::eventId).distinct().count())
                .as("one id for each revision")
                .isEqualTo(revisions.length);
    }

    private List<List<String>> status() {
        return fixture.query(
                "SELECT revision, row_count FROM usage.summary_status WHERE source_uuid = '" + source + "'");
    }

    private static long waiting() {
        return Long.parseLong(fixture.query("SELECT count(*) FROM usage.day_completion")
                .get(0)
                .get(0));
    }

    @Test
    void shouldTellEachRevisionOnceItIsLoaded() throws Exception {
        receiver.failures.set(2);
        final Map<DayCompletion, Instant> heard = new HashMap<>();
        try (Connection listener = fixture.cluster.postgres().connect();
                Statement listen = listener.createStatement()) {
            listen.execute("LISTEN usage_day_completions");
            for (final String[] namespaces : new String[][] {{"shop", "mail"}, {"shop"}}) {
                upload(namespaces);
                await().pollInSameThread().atMost(WITHIN).until(() -> hear(listener, heard) > 0);
            }
        }
        assertThat(heard.keySet()).extracting(DayCompletion::revision).containsExactlyInAnyOrder(1L, 2L);
        eventually(
                "published and delivered",
                () -> published().size() == 2 && delivered().size() == 2);
        assertTells(published(), 1L, 2L);
        assertTells(delivered(), 1L, 2L);
        assertThat(heard.keySet()).containsExactlyInAnyOrderElementsOf(published());
        assertThat(receiver.requests.get()).as("two of them failed").isGreaterThanOrEqualTo(4);
        RECORDS.stream()
                .filter(record -> new String(record.key(), StandardCharsets.UTF_8).contains(source))
                .forEach(record -> assertThat(record.timestamp()
                                - Instant.parse(DayCompletion.parse(new String(record.value(), StandardCharsets.UTF_8))
                                                .loadedAt())
                                        .toEpochMilli())
                        .as("milliseconds from load to topic")
                        .isLessThan(1_000));
        eventually("removed from the outbox", () -> waiting() == 0);
    }

    /** Hears what PostgreSQL notifies of, and looks at once whether it is there. */
    private int hear(Connection listener, Map<DayCompletion, Instant> heard) throws SQLException {
        int count = 0;
        for (final PGNotification one : listener.unwrap(PGConnection.class).getNotifications(100)) {
            final DayCompletion event = DayCompletion.parse(one.getParameter());
            if (event.sourceUuid().equals(source)) {
                assertThat(status().get(0))
                        .as("never early")
                        .containsExactly(Long.toString(event.revision()), Integer.toString(event.rowCount()));
                assertThat(fixture.rows(source)).isEqualTo(event.rowCount());
                heard.put(event, Instant.now());
                count++;
            }
        }
        return count;
    }

    @Test
    void shouldTellWhatWasLoadedWhileNobodyPublished() throws Exception {
        final ConnectWorker connect = fixture.cluster.connect();
        connect.pause(SINK, true);
        eventually("paused", () -> connect.isPaused(SINK));
        upload("shop", "mail");
        eventually(
                "published rows", () -> fixture.states(key(source, "a.parquet")).equals(List.of(UploadState.COUNTED)));
        assertThat(status()).isEmpty();
        assertThat(published()).as("not before it is loaded").isEmpty();
        fixture.cluster.stopServices();
        try {
            connect.pause(SINK, false);
            eventually("loaded", () -> !status().isEmpty());
            assertThat(waiting()).isEqualTo(1);
            assertThat(published()).isEmpty();
        } finally {
            fixture.cluster.startServices();
        }
        eventually("delivered", () -> delivered().size() == 1);
        assertTells(published(), 1L);
    }

    @Test
    void shouldTellAgainWithTheSameIdWhatIsNotKnownToBePublished() throws Exception {
        // As if each process died between the topic and the outbox.
        fixture.cluster.postgres().execute("""
                CREATE FUNCTION usage.fail() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'the process died'; END $$;
                CREATE TRIGGER fail BEFORE DELETE ON usage.day_completion FOR EACH ROW EXECUTE FUNCTION usage.fail();
                """);
        try {
            upload("shop");
            eventually("published again and again", () -> published().size() >= 3);
            assertThat(waiting()).isEqualTo(1);
        } finally {
            fixture.cluster.postgres().execute("DROP FUNCTION usage.fail() CASCADE");
        }
        eventually("removed from the outbox", () -> waiting() == 0);
        upload("shop", "mail");
        eventually(
                "both are delivered",
                () -> delivered().stream()
                                .map(DayCompletion::revision)
                                .distinct()
                                .count()
                        == 2);
        assertTells(published(), 1L, 2L);
        assertTells(delivered(), 1L, 2L);
    }

    @Test
    void shouldSetAsideWhatAWebhookRefusesAndDeliverItWhenItIsTriedAgain() throws Exception {
        receiver.failure = 400;
        receiver.failures.set(1);
        upload("shop");
        eventually(
                "set aside",
                () -> fixture.run("deadletters", "list", "--step", "DELIVER") == 1 && receiver.failures.get() == 0);
        assertThat(delivered()).isEmpty();
        await().pollInSameThread().atMost(WITHIN).until(() -> {
            fixture.run("deadletters", "retry", "--step", "DELIVER");
            return delivered().size() == 1;
        });
        assertTells(delivered(), 1L);
    }
}

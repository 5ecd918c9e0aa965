package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.usagestreams.wire.completion.DayCompletion;

/** The events that the sink writes with the days that it loads; {@link LoadFixture#look} checks them in every history. */
class CompletionOutboxIT {
    private static final TopicPartition ZERO = TopicLog.partition(0);
    private static final RowKey.Day DAY = PublishedDays.day("org", 1, 2);
    private static final AtomicInteger SCHEMAS = new AtomicInteger();

    private static EmbeddedPostgres server;

    private long now = 1_763_000_000_000L;
    private String schema;
    private TopicLog log;
    private PublishedDays published;

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private LoadFixture begin() throws SQLException {
        schema = "completions" + SCHEMAS.incrementAndGet();
        log = new TopicLog(Duration.ofHours(1));
        published = new PublishedDays(log);
        return new LoadFixture(server, schema, log, published, () -> now);
    }

    private static Map<UUID, String> rows(int count, String namespace) {
        final Map<UUID, String> rows = new HashMap<>();
        for (int i = 0; i < count; i++) {
            rows.put(PublishedDays.uuid(DAY, i), namespace);
        }
        return rows;
    }

    private static void steps(LoadFixture.Task task, int count) {
        for (int i = 0; i < count; i++) {
            task.step(100);
        }
    }

    @Test
    void shouldNotifyOfEachRevisionWhenItIsCommitted() throws Exception {
        final LoadFixture fixture = begin();
        try (Connection listener = server.getPostgresDatabase().getConnection();
                Statement listen = listener.createStatement()) {
            listen.execute("LISTEN usage_day_completions");
            published.publish(ZERO, DAY, rows(3, "a-1"), now);
            final LoadFixture.Task task = fixture.new Task(ZERO);
            steps(task, 3);
            final PGNotification[] first = listener.unwrap(PGConnection.class).getNotifications(10_000);
            assertThat(first).hasSize(1);
            final DayCompletion event = DayCompletion.parse(first[0].getParameter());
            assertThat(event)
                    .isEqualTo(new DayCompletion(
                            "org",
                            DAY.source(),
                            "2025-11-02",
                            1,
                            1,
                            3,
                            3,
                            null,
                            3,
                            null,
                            null,
                            null,
                            "2025-11-02T10:00:00.123Z",
                            "2025-11-13T02:13:20Z"));
            assertThat(fixture.events()).containsExactly(event);
            task.close();
        }
    }

    @Test
    void shouldCountTheRowsOfRevisionsThatAreLoadedTogether() throws Exception {
        final LoadFixture fixture = begin();
        published.publish(ZERO, DAY, rows(4, "a-1"), now);
        published.publish(ZERO, DAY, rows(3, "a-2"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        assertThat(fixture.events()).singleElement().satisfies(event -> assertThat(
                        List.of(event.revision(), event.rowsChanged(), (long) event.rowCount()))
                .containsExactly(2L, 4L, 3L));
        task.close();
    }

    @Test
    void shouldNameTheColumnsThatChangedWhereThatIsAskedFor() throws Exception {
        final LoadFixture fixture = begin();
        fixture.withColumns = true;
        final LoadFixture.Task task = fixture.new Task(ZERO);
        published.publish(ZERO, DAY, rows(3, "a-1"), now);
        steps(task, 3);
        published.publish(ZERO, DAY, rows(3, "b-1"), now);
        steps(task, 1);
        published.publish(ZERO, DAY, rows(3, "b-2"), now);
        steps(task, 1);
        published.publish(ZERO, DAY, rows(2, "b-2"), now);
        steps(task, 1);
        assertThat(fixture.events())
                .extracting(DayCompletion::changedColumns)
                .containsExactly(null, List.of("namespace"), List.of("namespace", "pod_usage_cpu_core_hours"), null);
        assertThat(fixture.events()).extracting(DayCompletion::rowsChanged).containsExactly(3L, 3L, 3L, 1L);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldTellOfADayThatWasRefusedOnceItIsLoaded() throws Exception {
        final LoadFixture fixture = begin();
        fixture.run("ALTER TABLE " + schema + ".daily_summary ADD CONSTRAINT c CHECK (namespace <> 'bad-1')");
        published.publish(ZERO, DAY, rows(3, "bad-1"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        assertThat(fixture.events()).isEmpty();
        fixture.run("ALTER TABLE " + schema + ".daily_summary DROP CONSTRAINT c");
        now += 60_000;
        steps(task, 2);
        assertThat(fixture.events())
                .singleElement()
                .extracting(DayCompletion::rowsChanged)
                .isEqualTo(3L);
        task.close();
    }

    @Test
    void shouldNotTellOfARevisionAgainThatTheTableHolds() throws Exception {
        final LoadFixture fixture = begin();
        published.publish(ZERO, DAY, rows(3, "a-1"), now);
        LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        task.close();
        fixture.run("DELETE FROM " + schema + ".day_completion");
        log.replaceTopic();
        task = fixture.new Task(ZERO);
        steps(task, 4);
        assertThat(fixture.events()).as("published before").isEmpty();
        task.close();
    }

    @Test
    void shouldKeepTheLatestEventsOfADayWhereNobodyPublishesThem() throws Exception {
        final LoadFixture fixture = begin();
        fixture.mostEvents = 3;
        final LoadFixture.Task task = fixture.new Task(ZERO);
        for (int i = 1; i <= 5; i++) {
            published.publish(ZERO, DAY, rows(2, "a-" + i), now);
            steps(task, 2);
        }
        assertThat(fixture.events()).extracting(DayCompletion::revision).containsExactly(3L, 4L, 5L);
        task.close();
    }

    @Test
    void shouldLoadDaysWhereTheTableOfEventsIsNotThereYet() throws Exception {
        final LoadFixture fixture = begin();
        fixture.run("DROP TABLE " + schema + ".day_completion");
        published.publish(ZERO, DAY, rows(3, "a-1"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        assertThat(fixture.query("SELECT revision FROM " + schema + ".summary_status"))
                .containsExactly("1");
        task.close();
    }

    @Test
    void shouldLeaveWhatValidationFoundAlone() throws Exception {
        final LoadFixture fixture = begin();
        published.publish(ZERO, DAY, rows(3, "a-1"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        fixture.run("UPDATE " + schema + ".summary_status SET validated_at = now(), validated_epoch = epoch,"
                + " validated_revision = revision, differences = 0");
        published.publish(ZERO, DAY, rows(3, "a-2"), now);
        steps(task, 1);
        assertThat(fixture.query("SELECT revision || ' ' || validated_revision || ' ' || differences FROM " + schema
                        + ".summary_status"))
                .containsExactly("2 1 0");
        task.close();
    }
}

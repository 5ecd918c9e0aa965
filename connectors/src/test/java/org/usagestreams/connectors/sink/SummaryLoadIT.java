package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A day is one transaction, whatever happens between topic and table. */
class SummaryLoadIT {
    private static final TopicPartition ZERO = TopicLog.partition(0);
    private static final TopicPartition ONE = TopicLog.partition(1);
    private static final RowKey.Day DAY = PublishedDays.day("org", 1, 2);
    private static final RowKey.Day OTHER = PublishedDays.day("org", 2, 2);
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

    private LoadFixture begin(Duration compactionLag) throws SQLException {
        schema = "s" + SCHEMAS.incrementAndGet();
        log = new TopicLog(compactionLag);
        published = new PublishedDays(log);
        return new LoadFixture(server, schema, log, published, () -> now);
    }

    private static Map<UUID, String> rows(RowKey.Day day, int count, String namespace) {
        final Map<UUID, String> rows = new java.util.HashMap<>();
        for (int i = 0; i < count; i++) {
            rows.put(PublishedDays.uuid(day, i), namespace);
        }
        return rows;
    }

    private static void steps(LoadFixture.Task task, int count) {
        for (int i = 0; i < count; i++) {
            task.step(100);
        }
    }

    /** A task reads and loads all that there is, and ends. */
    private static void loadAll(LoadFixture fixture) throws SQLException {
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        task.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldShowOnlyPublishedRevisionsInAnyHistory(long seed) throws Exception {
        final Random random = new Random(seed);
        final LoadFixture fixture = begin(random.nextBoolean() ? Duration.ZERO : Duration.ofHours(1));
        final List<RowKey.Day> days = List.of(DAY, OTHER, PublishedDays.day("", 3, 4));
        LoadFixture.Task task = fixture.new Task(ZERO, ONE);
        for (int i = 0; i < 150; i++) {
            now += random.nextInt(5_000);
            switch (random.nextInt(12)) {
                case 0, 1, 2 -> {
                    final int day = random.nextInt(days.size());
                    published.publish(TopicLog.partition(day % 2), days.get(day), random, now);
                }
                case 3 -> log.compact(random, now);
                case 4 -> {
                    // Killed: another takes over, and the old one must not do anything any more.
                    final LoadFixture.Task old = task;
                    task = fixture.new Task(ZERO, ONE);
                    task.step(1);
                    if (random.nextBoolean()) {
                        published.publish(ZERO, DAY, random, now);
                        stepAsZombie(old);
                    }
                    old.close();
                }
                case 5 ->
                    fixture.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE application_name = 'usage-streams-sink'");
                case 6 -> now += Duration.ofMinutes(random.nextInt(120)).toMillis();
                case 7 -> log.isReachable = !log.isReachable;
                default -> task.step(1 + random.nextInt(6));
            }
            fixture.look();
        }
        log.isReachable = true;
        for (int i = 0; i < 60; i++) {
            now += 2_000;
            task.step(50);
            fixture.look();
        }
        fixture.lookAtTheEnd();
        task.close();
    }

    private static void stepAsZombie(LoadFixture.Task old) {
        for (int i = 0; i < 3; i++) {
            old.step(50);
        }
    }

    @Test
    void shouldNotLoadADayBeforeItsMarkerIsThere() throws Exception {
        final LoadFixture fixture = begin(Duration.ofHours(1));
        published.publish(ZERO, DAY, rows(DAY, 20, "a-1"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        published.publish(ZERO, DAY, rows(DAY, 20, "a-2"), now);
        for (int i = 0; i < 4; i++) {
            task.step(5);
            assertThat(fixture.query("SELECT revision FROM " + schema + ".summary_status"))
                    .containsExactly("1");
            fixture.look();
        }
        steps(task, 1);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldReadFromTheBeginningWhereTombstonesMayBeGone() throws Exception {
        final LoadFixture fixture = begin(Duration.ZERO);
        published.publish(ZERO, DAY, rows(DAY, 5, "a-1"), now);
        published.publish(ZERO, OTHER, rows(OTHER, 5, "a-1"), now);
        loadAll(fixture);
        // A row of cost management's, whose uuid is random.
        fixture.run("INSERT INTO " + schema + ".daily_summary (uuid, usage_start, usage_end, namespace) VALUES"
                + " ('6f1c9f5e-8c0e-4a6e-9d5e-0d8a5e6f7a11', '2025-11-02', '2025-11-02', 'cost')");
        published.publish(ZERO, DAY, rows(DAY, 2, "a-1"), now);
        log.expireTombstones();
        fixture.run("UPDATE " + schema + ".sink_position SET written_at = now() - interval '8 days'");
        loadAll(fixture);
        assertThat(fixture.query("SELECT count(*) FROM " + schema + ".daily_summary WHERE source_uuid IS NOT NULL"))
                .containsExactly("7");
        assertThat(fixture.query("SELECT count(*) FROM " + schema + ".daily_summary WHERE namespace = 'cost'"))
                .containsExactly("1");
    }

    @Test
    void shouldReadATopicFromItsBeginningThatWasMadeAnew() throws Exception {
        final LoadFixture fixture = begin(Duration.ZERO);
        published.publish(ZERO, DAY, rows(DAY, 5, "a-1"), now);
        published.publish(ZERO, DAY, rows(DAY, 5, "a-2"), now);
        loadAll(fixture);
        log.replaceTopic();
        final LoadFixture.Task next = fixture.new Task(ZERO);
        for (int i = 0; i < 8; i++) {
            next.step(3);
            fixture.look();
        }
        fixture.lookAtTheEnd();
        next.close();
    }

    @Test
    void shouldSetADayAsideThatTheTableRefusesAndLoadItLater() throws Exception {
        final LoadFixture fixture = begin(Duration.ofHours(1));
        fixture.run("ALTER TABLE " + schema + ".daily_summary ADD CONSTRAINT c CHECK (namespace <> 'bad-1')");
        published.publish(ZERO, DAY, rows(DAY, 3, "bad-1"), now);
        published.publish(ZERO, OTHER, rows(OTHER, 3, "good-1"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        assertThat(fixture.query("SELECT source_uuid FROM " + schema + ".summary_status"))
                .containsExactly(OTHER.source());
        assertThat(fixture.query("SELECT error FROM " + schema + ".sink_set_aside"))
                .singleElement()
                .asString()
                .contains("violates check constraint");
        assertThat(task.stored()).as("the position goes on").containsEntry(ZERO, 10L);
        assertThat(fixture.refused).containsOnlyKeys(DAY);
        task.close();
        fixture.refused.clear();
        final LoadFixture.Task between = fixture.new Task(ZERO);
        steps(between, 3);
        assertThat(fixture.refused).as("told again after a restart").containsOnlyKeys(DAY);
        between.close();
        fixture.run("ALTER TABLE " + schema + ".daily_summary DROP CONSTRAINT c");
        final LoadFixture.Task next = fixture.new Task(ZERO);
        steps(next, 3);
        assertThat(fixture.refused).isEmpty();
        fixture.lookAtTheEnd();
        assertThat(fixture.query("SELECT 1 FROM " + schema + ".sink_set_aside")).isEmpty();
        assertThat(fixture.query("SELECT 1 FROM " + schema + ".sink_set_aside_row"))
                .isEmpty();
        next.close();
    }

    @Test
    void shouldLoadALaterRevisionOfADayThatIsSetAsideWithTheRowsOfBefore() throws Exception {
        final LoadFixture fixture = begin(Duration.ofHours(1));
        fixture.run("ALTER TABLE " + schema + ".daily_summary ADD CONSTRAINT c CHECK (namespace <> 'bad-1')");
        final Map<UUID, String> rows = rows(DAY, 3, "good-1");
        rows.put(PublishedDays.uuid(DAY, 7), "bad-1");
        published.publish(ZERO, DAY, rows, now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        rows.put(PublishedDays.uuid(DAY, 7), "good-2");
        published.publish(ZERO, DAY, rows, now);
        steps(task, 2);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldFenceATaskWhosePartitionAnotherHasClaimed() throws Exception {
        final LoadFixture fixture = begin(Duration.ofHours(1));
        published.publish(ZERO, DAY, rows(DAY, 3, "a-1"), now);
        final LoadFixture.Task old = fixture.new Task(ZERO);
        steps(old, 2);
        final LoadFixture.Task next = fixture.new Task(ZERO);
        steps(next, 2);
        published.publish(ZERO, DAY, rows(DAY, 3, "a-2"), now);
        steps(old, 2);
        assertThat(fixture.query("SELECT revision FROM " + schema + ".summary_status"))
                .containsExactly("1");
        fixture.look();
        steps(next, 1);
        fixture.lookAtTheEnd();
        old.close();
        next.close();
    }

    @Test
    void shouldLeaveARowOutThatPostgresqlCannotReadAndLoadTheOthers() throws Exception {
        final LoadFixture fixture = begin(Duration.ofHours(1));
        log.append(
                ZERO,
                now,
                List.of(Map.entry(
                        PublishedDays.key(OTHER, PublishedDays.uuid(OTHER, 1)),
                        "{\"usage_end\":1,\"pod_labels\":\"{no JSON\"}")));
        published.publish(ZERO, DAY, rows(DAY, 3, "a-1"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 2);
        now += 1_000;
        steps(task, 3);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldSetADayAsideWhoseOrganisationHasNoTable() throws Exception {
        final LoadFixture fixture = begin(Duration.ofHours(1));
        final RowKey.Day elsewhere = PublishedDays.day("o".repeat(70), 5, 2);
        published.publish(ZERO, DAY, rows(DAY, 3, "a-1"), now);
        published.publish(ZERO, elsewhere, rows(elsewhere, 3, "a-1"), now);
        fixture.schemaOfRows = "${organisation}";
        fixture.run("CREATE SCHEMA org");
        fixture.run("CREATE TABLE org.daily_summary (LIKE " + schema + ".daily_summary INCLUDING ALL)");
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        assertThat(fixture.query("SELECT count(*) FROM org.daily_summary")).containsExactly("3");
        assertThat(fixture.query("SELECT error FROM " + schema + ".sink_set_aside"))
                .singleElement()
                .asString()
                .contains("is no name that PostgreSQL takes");
        task.close();
    }

    @Test
    void shouldTakeAPartitionBackThatALateTaskHasClaimed() throws Exception {
        final LoadFixture fixture = begin(Duration.ofHours(1));
        published.publish(ZERO, DAY, rows(DAY, 3, "a-1"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 2);
        final LoadFixture.Task late = fixture.new Task(ZERO);
        steps(late, 1);
        late.close();
        published.publish(ZERO, DAY, rows(DAY, 3, "a-2"), now);
        steps(task, 1);
        now += 60_000;
        steps(task, 3);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldWriteThePositionBehindRecordsThatLeadToNothing() throws Exception {
        final LoadFixture fixture = begin(Duration.ofHours(1));
        published.publish(ZERO, DAY, rows(DAY, 3, "a-1"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        log.append(ZERO, now, List.of(Map.entry("no key of ours", "{}")));
        steps(task, 1);
        assertThat(fixture.query("SELECT next_offset FROM " + schema + ".sink_position"))
                .as("whatever waits for it does not wait for position.interval.ms")
                .containsExactly("7");
        task.close();
    }

    @Test
    void shouldLeaveRecordsOutThatItCannotRead() throws Exception {
        final LoadFixture fixture = begin(Duration.ofHours(1));
        log.append(ZERO, now, List.of(Map.entry("no key of ours", "{}")));
        log.append(ZERO, now, List.of(Map.entry(PublishedDays.key(OTHER, PublishedDays.uuid(OTHER, 1)), "no row")));
        published.publish(ZERO, DAY, rows(DAY, 3, "a-1"), now);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        steps(task, 3);
        fixture.lookAtTheEnd();
        now += Duration.ofMinutes(2).toMillis();
        steps(task, 1);
        assertThat(fixture.query("SELECT next_offset FROM " + schema + ".sink_position"))
                .as("what cannot be read does not hold the position up")
                .containsExactly("9");
        assertThat(fixture.leftOut).hasSize(2).anySatisfy(told -> assertThat(told)
                .startsWith("0@0: its key cannot be parsed"));
        task.close();
    }
}

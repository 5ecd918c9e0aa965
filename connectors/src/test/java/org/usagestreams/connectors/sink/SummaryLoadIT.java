package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A day is one transaction, whatever happens between topic and table. */
class SummaryLoadIT {
    private static final TopicPartition ZERO = TopicLog.partition(0);
    private static final TopicPartition ONE = TopicLog.partition(1);
    private static final RowKey.Day DAY = PublishedDays.day("org", 1, 2);
    private static final RowKey.Day OTHER = PublishedDays.day("org", 2, 2);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void shouldShowOnlyPublishedRevisionsInAnyHistory(long seed) throws Exception {
        final Random random = new Random(seed);
        final LoadFixture fixture = random.nextBoolean() ? LoadFixture.compacted() : LoadFixture.uncompacted();
        final List<RowKey.Day> days = List.of(DAY, OTHER, PublishedDays.day("", 3, 4));
        LoadFixture.Task task = fixture.new Task(ZERO, ONE);
        for (int i = 0; i < 150; i++) {
            fixture.now += random.nextInt(5_000);
            switch (random.nextInt(13)) {
                case 0, 1, 2 -> {
                    final int day = random.nextInt(days.size());
                    fixture.published.publish(TopicLog.partition(day % 2), days.get(day), random, fixture.now);
                }
                case 3 -> fixture.log.compact(random, fixture.now);
                case 4 -> {
                    // Killed: another takes over, and the old one must not do anything any more.
                    final LoadFixture.Task old = task;
                    task = fixture.new Task(ZERO, ONE);
                    task.step(1);
                    if (random.nextBoolean()) {
                        fixture.published.publish(ZERO, DAY, random, fixture.now);
                        stepAsZombie(old);
                    }
                    old.close();
                }
                case 5 ->
                    fixture.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE application_name = 'usage-streams-sink'");
                case 6 -> fixture.now += Duration.ofMinutes(random.nextInt(120)).toMillis();
                case 7 -> fixture.log.isReachable = !fixture.log.isReachable;
                case 8 -> {
                    if (random.nextInt(4) == 0) {
                        fixture.log.loseRecords();
                        fixture.log.replaceTopic();
                        fixture.published.beginAnew();
                        task.step(1);
                    }
                }
                default -> task.step(1 + random.nextInt(6));
            }
            fixture.look();
        }
        fixture.log.isReachable = true;
        for (int day = 0; day < days.size(); day++) {
            // What the topic has lost unread is published again.
            fixture.published.publish(TopicLog.partition(day % 2), days.get(day), random, fixture.now);
        }
        for (int i = 0; i < 60; i++) {
            fixture.now += 2_000;
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
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 20, "a-1"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 20, "a-2"));
        for (int i = 0; i < 4; i++) {
            task.step(5);
            assertThat(fixture.query("SELECT revision FROM " + fixture.schema + ".summary_status"))
                    .containsExactly("1");
            fixture.look();
        }
        task.steps(1);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldReadFromTheBeginningWhereTombstonesMayBeGone() throws Exception {
        final LoadFixture fixture = LoadFixture.compacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 5, "a-1"));
        fixture.publish(ZERO, OTHER, LoadFixture.rows(OTHER, 5, "a-1"));
        fixture.loadAll(ZERO);
        // A row of cost management's, whose uuid is random.
        fixture.run("INSERT INTO " + fixture.schema + ".daily_summary (uuid, usage_start, usage_end, namespace) VALUES"
                + " ('6f1c9f5e-8c0e-4a6e-9d5e-0d8a5e6f7a11', '2025-11-02', '2025-11-02', 'cost')");
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 2, "a-1"));
        fixture.log.expireTombstones();
        fixture.run("UPDATE " + fixture.schema + ".sink_position SET written_at = now() - interval '8 days'");
        fixture.loadAll(ZERO);
        assertThat(fixture.query(
                        "SELECT count(*) FROM " + fixture.schema + ".daily_summary WHERE source_uuid IS NOT NULL"))
                .containsExactly("7");
        assertThat(fixture.query("SELECT count(*) FROM " + fixture.schema + ".daily_summary WHERE namespace = 'cost'"))
                .containsExactly("1");
    }

    @Test
    void shouldLoadADayWhoseStatusWasDeleted() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        final LoadFixture.Task task = fixture.new Task(ZERO);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 5, "a-1"));
        task.steps(3);
        fixture.run("DELETE FROM " + fixture.schema + ".summary_status");
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 4, "a-2"));
        task.steps(1);
        fixture.lookAtTheEnd();
        assertThat(fixture.refused).isEmpty();
        task.close();
    }

    @Test
    void shouldSetADayAsideThatTheTableRefusesAndLoadItLater() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.run("ALTER TABLE " + fixture.schema + ".daily_summary ADD CONSTRAINT c CHECK (namespace <> 'bad-1')");
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "bad-1"));
        fixture.publish(ZERO, OTHER, LoadFixture.rows(OTHER, 3, "good-1"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        assertThat(fixture.query("SELECT source_uuid FROM " + fixture.schema + ".summary_status"))
                .containsExactly(OTHER.source());
        assertThat(fixture.query("SELECT error FROM " + fixture.schema + ".sink_set_aside"))
                .singleElement()
                .asString()
                .contains("violates check constraint");
        assertThat(task.stored()).as("the position goes on").containsEntry(ZERO, 10L);
        assertThat(fixture.refused).containsOnlyKeys(DAY);
        task.close();
        fixture.refused.clear();
        final LoadFixture.Task between = fixture.new Task(ZERO);
        between.steps(3);
        assertThat(fixture.refused).as("told again after a restart").containsOnlyKeys(DAY);
        between.close();
        fixture.run("ALTER TABLE " + fixture.schema + ".daily_summary DROP CONSTRAINT c");
        final LoadFixture.Task next = fixture.new Task(ZERO);
        next.steps(3);
        assertThat(fixture.refused).isEmpty();
        fixture.lookAtTheEnd();
        assertThat(fixture.query("SELECT 1 FROM " + fixture.schema + ".sink_set_aside"))
                .isEmpty();
        assertThat(fixture.query("SELECT 1 FROM " + fixture.schema + ".sink_set_aside_row"))
                .isEmpty();
        next.close();
    }

    @Test
    void shouldLoadALaterRevisionOfADayThatIsSetAsideWithTheRowsOfBefore() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.run("ALTER TABLE " + fixture.schema + ".daily_summary ADD CONSTRAINT c CHECK (namespace <> 'bad-1')");
        final Map<UUID, String> rows = LoadFixture.rows(DAY, 3, "good-1");
        rows.put(PublishedDays.uuid(DAY, 7), "bad-1");
        fixture.publish(ZERO, DAY, rows);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        rows.put(PublishedDays.uuid(DAY, 7), "good-2");
        fixture.publish(ZERO, DAY, rows);
        task.steps(2);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldFenceATaskWhosePartitionAnotherHasClaimed() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        final LoadFixture.Task old = fixture.new Task(ZERO);
        old.steps(2);
        final LoadFixture.Task next = fixture.new Task(ZERO);
        next.steps(2);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-2"));
        old.steps(2);
        assertThat(fixture.query("SELECT revision FROM " + fixture.schema + ".summary_status"))
                .containsExactly("1");
        fixture.look();
        next.steps(1);
        fixture.lookAtTheEnd();
        old.close();
        next.close();
    }

    @Test
    void shouldLeaveARowOutThatPostgresqlCannotReadAndLoadTheOthers() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.log.append(
                ZERO,
                fixture.now,
                List.of(Map.entry(
                        PublishedDays.key(OTHER, PublishedDays.uuid(OTHER, 1)),
                        "{\"usage_end\":1,\"pod_labels\":\"{no JSON\"}")));
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(2);
        fixture.now += 1_000;
        task.steps(3);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldSetADayAsideWhoseOrganisationHasNoTable() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        final RowKey.Day elsewhere = PublishedDays.day("o".repeat(70), 5, 2);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        fixture.publish(ZERO, elsewhere, LoadFixture.rows(elsewhere, 3, "a-1"));
        fixture.schemaOfRows = "${organisation}";
        fixture.run("CREATE SCHEMA org");
        fixture.run("CREATE TABLE org.daily_summary (LIKE " + fixture.schema + ".daily_summary INCLUDING ALL)");
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        assertThat(fixture.query("SELECT count(*) FROM org.daily_summary")).containsExactly("3");
        assertThat(fixture.query("SELECT error FROM " + fixture.schema + ".sink_set_aside"))
                .singleElement()
                .asString()
                .contains("is not a valid name in PostgreSQL");
        task.close();
    }

    @Test
    void shouldTakeAPartitionBackThatALateTaskHasClaimed() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(2);
        final LoadFixture.Task late = fixture.new Task(ZERO);
        late.steps(1);
        late.close();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-2"));
        task.steps(1);
        fixture.now += 60_000;
        task.steps(3);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldWriteThePositionBehindRecordsThatLeadToNothing() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        fixture.log.append(ZERO, fixture.now, List.of(Map.entry("no key of ours", "{}")));
        task.steps(1);
        assertThat(fixture.query("SELECT next_offset FROM " + fixture.schema + ".sink_position"))
                .as("whatever waits for it does not wait for position.interval.ms")
                .containsExactly("7");
        task.close();
    }

    @Test
    void shouldLeaveRecordsOutThatItCannotRead() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.log.append(ZERO, fixture.now, List.of(Map.entry("no key of ours", "{}")));
        fixture.log.append(
                ZERO,
                fixture.now,
                List.of(Map.entry(PublishedDays.key(OTHER, PublishedDays.uuid(OTHER, 1)), "no row")));
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        fixture.lookAtTheEnd();
        fixture.now += Duration.ofMinutes(2).toMillis();
        task.steps(1);
        assertThat(fixture.query("SELECT next_offset FROM " + fixture.schema + ".sink_position"))
                .as("what cannot be read does not hold the position up")
                .containsExactly("9");
        assertThat(fixture.leftOut).hasSize(2).anySatisfy(told -> assertThat(told)
                .startsWith("0@0: its key cannot be parsed"));
        task.close();
    }
}

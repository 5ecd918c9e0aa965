package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Days that are not on the topic any more keep their rows, and each is replaced as a whole when its marker comes. */
class OrphanedDaysIT {
    private static final TopicPartition ZERO = TopicLog.partition(0);
    private static final TopicPartition ONE = TopicLog.partition(1);
    private static final RowKey.Day DAY = PublishedDays.day("org", 1, 2);
    private static final RowKey.Day OTHER = PublishedDays.day("org", 2, 2);

    private enum Loss {
        NEW_TOPIC,
        /** The id is as before. */
        LOST_RECORDS;

        void of(LoadFixture fixture) {
            fixture.log.loseRecords();
            if (this == NEW_TOPIC) {
                fixture.log.replaceTopic();
            }
            fixture.published.beginAnew();
        }
    }

    /** Two days are loaded, of five rows each. */
    private static LoadFixture loaded() throws SQLException {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 5, "a-1"));
        fixture.publish(ZERO, OTHER, LoadFixture.rows(OTHER, 5, "a-1"));
        fixture.loadAll(ZERO);
        fixture.lookAtTheEnd();
        return fixture;
    }

    private static void forbidBad(LoadFixture fixture) throws SQLException {
        fixture.run("ALTER TABLE " + fixture.schema + ".daily_summary ADD CONSTRAINT c CHECK (namespace <> 'bad-2')");
    }

    private static void allowBad(LoadFixture fixture) throws SQLException {
        fixture.run("ALTER TABLE " + fixture.schema + ".daily_summary DROP CONSTRAINT c");
        fixture.now += Duration.ofMinutes(2).toMillis();
    }

    private static List<String> revisions(LoadFixture fixture) throws SQLException {
        return fixture.query("SELECT right(source_uuid::text, 1) || ': ' || revision FROM " + fixture.schema
                + ".summary_status ORDER BY 1");
    }

    @Test
    void shouldReadATopicFromItsBeginningThatWasMadeAnew() throws Exception {
        final LoadFixture fixture = LoadFixture.compacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 5, "a-1"));
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 5, "a-2"));
        fixture.loadAll(ZERO);
        fixture.log.replaceTopic();
        final LoadFixture.Task next = fixture.new Task(ZERO);
        for (int i = 0; i < 8; i++) {
            next.step(3);
            fixture.look();
        }
        fixture.lookAtTheEnd();
        next.close();
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void shouldKeepDaysThatAreNotOnTheTopic(Loss loss) throws Exception {
        final LoadFixture fixture = loaded();
        loss.of(fixture);
        fixture.loadAll(ZERO);
        fixture.lookAtTheEnd();
        fixture.loadAll(ZERO);
        fixture.lookAtTheEnd();
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void shouldReplaceEachDayAsAWholeWhenItsMarkerComes(Loss loss) throws Exception {
        final LoadFixture fixture = loaded();
        loss.of(fixture);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 2, "a-2"));
        for (int i = 0; i < 4; i++) {
            task.step(1);
            fixture.look();
        }
        assertThat(revisions(fixture)).containsExactly("1: 2", "2: 1");
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-3"));
        fixture.publish(ZERO, OTHER, LoadFixture.rows(OTHER, 1, "a-2"));
        task.steps(2);
        fixture.lookAtTheEnd();
        task.close();
    }

    @ParameterizedTest
    @EnumSource(Loss.class)
    void shouldGoOnWhereTheTopicIsLostWhileTheTaskRuns(Loss loss) throws Exception {
        final LoadFixture fixture = loaded();
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(2);
        loss.of(fixture);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 1, "a-2"));
        task.steps(1);
        fixture.now += 1_000;
        task.steps(3);
        fixture.look();
        assertThat(revisions(fixture)).containsExactly("1: 2", "2: 1");
        task.close();
    }

    @Test
    void shouldSeeThatTheTopicIsAnotherWhereItHasAsManyRecords() throws Exception {
        final LoadFixture fixture = loaded();
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(2);
        Loss.NEW_TOPIC.of(fixture);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 1, "a-2"));
        fixture.publish(ZERO, OTHER, LoadFixture.rows(OTHER, 20, "a-2"));
        for (int i = 0; i < 4; i++) {
            fixture.now += 60_000;
            task.steps(1);
        }
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldNotMixRowsThatWereSetAsideBefore() throws Exception {
        final LoadFixture fixture = loaded();
        forbidBad(fixture);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 8, "bad-2"));
        fixture.loadAll(ZERO);
        assertThat(fixture.refused).containsOnlyKeys(DAY);
        Loss.NEW_TOPIC.of(fixture);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 2, "a-3"));
        task.steps(1);
        fixture.lookAtTheEnd();
        assertThat(fixture.query("SELECT 1 FROM " + fixture.schema + ".sink_set_aside"))
                .isEmpty();
        task.close();
    }

    @Test
    void shouldLoadWhatWasSetAsideBeforeOntoTheRowsThatItBelongsTo() throws Exception {
        final LoadFixture fixture = loaded();
        forbidBad(fixture);
        final Map<UUID, String> rows = LoadFixture.rows(DAY, 5, "a-1");
        rows.put(PublishedDays.uuid(DAY, 7), "bad-2");
        fixture.publish(ZERO, DAY, rows);
        fixture.loadAll(ZERO);
        Loss.NEW_TOPIC.of(fixture);
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        allowBad(fixture);
        task.steps(1);
        fixture.lookAtTheEnd();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 1, "a-3"));
        task.steps(1);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldReplaceADayAsAWholeThatWasRefusedAtFirst() throws Exception {
        final LoadFixture fixture = loaded();
        forbidBad(fixture);
        Loss.NEW_TOPIC.of(fixture);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 2, "bad-2"));
        LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        assertThat(revisions(fixture)).containsExactly("1: 1", "2: 1");
        task.close();
        allowBad(fixture);
        task = fixture.new Task(ZERO);
        task.steps(3);
        fixture.lookAtTheEnd();
        task.close();
    }

    /** Tombstones of the same topic may be gone. */
    @Test
    void shouldReplaceADayAsAWholeThatWasRefusedWhileAllWasReadAgain() throws Exception {
        final LoadFixture fixture = loaded();
        forbidBad(fixture);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 2, "bad-2"));
        fixture.log.expireTombstones();
        fixture.run("DELETE FROM " + fixture.schema + ".sink_position");
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        assertThat(revisions(fixture)).containsExactly("1: 1", "2: 1");
        allowBad(fixture);
        task.steps(2);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldNotTryADayAgainWhileAllOfItIsRead() throws Exception {
        final LoadFixture fixture = loaded();
        forbidBad(fixture);
        final Map<UUID, String> rows = LoadFixture.rows(DAY, 5, "a-1");
        rows.put(PublishedDays.uuid(DAY, 7), "bad-2");
        fixture.publish(ZERO, DAY, rows);
        fixture.loadAll(ZERO);
        allowBad(fixture);
        fixture.run("DELETE FROM " + fixture.schema + ".sink_position");
        final LoadFixture.Task task = fixture.new Task(ZERO);
        for (int i = 0; i < 20; i++) {
            task.step(1);
            fixture.look();
        }
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldNotLoadADayFromAPartitionThatItHasLeft() throws Exception {
        final LoadFixture fixture = loaded();
        final Map<UUID, String> rows = LoadFixture.rows(DAY, 5, "a-1");
        fixture.published.beginAnew();
        fixture.publish(ONE, DAY, rows);
        fixture.log.leave(
                ZERO,
                fixture.now,
                List.of(PublishedDays.key(DAY, PublishedDays.uuid(DAY, 0)), PublishedDays.key(DAY, new UUID(0, 0))));
        fixture.publish(ONE, DAY, LoadFixture.rows(DAY, 2, "a-3"));
        fixture.loadAll(ONE);
        fixture.run("DELETE FROM " + fixture.schema + ".sink_position");
        final LoadFixture.Task one = fixture.new Task(ONE);
        one.steps(3);
        final LoadFixture.Task zero = fixture.new Task(ZERO);
        zero.steps(3);
        fixture.lookAtTheEnd();
        assertThat(zero.stored())
                .as("the day that has left does not hold it up")
                .containsEntry(ZERO, 17L);
        one.close();
        zero.close();
    }
}

package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.usagestreams.wire.completion.DayCompletion;

/** The events that the sink writes with the days that it loads; {@link LoadFixture#look} checks them in every history. */
class CompletionOutboxIT {
    private static final TopicPartition ZERO = TopicLog.partition(0);
    private static final RowKey.Day DAY = PublishedDays.day("org", 1, 2);

    @Test
    void shouldNotifyOfEachRevisionWhenItIsCommitted() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        try (Connection listener = SharedPostgres.connect();
                Statement listen = listener.createStatement()) {
            listen.execute("LISTEN usage_day_completions");
            fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
            final LoadFixture.Task task = fixture.new Task(ZERO);
            task.steps(3);
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
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 4, "a-1"));
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-2"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        assertThat(fixture.events()).singleElement().satisfies(event -> assertThat(
                        List.of(event.revision(), event.rowsChanged(), (long) event.rowCount()))
                .containsExactly(2L, 4L, 3L));
        task.close();
    }

    @Test
    void shouldNameTheColumnsThatChangedWhereThatIsAskedFor() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.withColumns = true;
        final LoadFixture.Task task = fixture.new Task(ZERO);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        task.steps(3);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "b-1"));
        task.steps(1);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "b-2"));
        task.steps(1);
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 2, "b-2"));
        task.steps(1);
        assertThat(fixture.events())
                .extracting(DayCompletion::changedColumns)
                .containsExactly(null, List.of("namespace"), List.of("namespace", "pod_usage_cpu_core_hours"), null);
        assertThat(fixture.events()).extracting(DayCompletion::rowsChanged).containsExactly(3L, 3L, 3L, 1L);
        fixture.lookAtTheEnd();
        task.close();
    }

    @Test
    void shouldTellOfADayThatWasRefusedOnceItIsLoaded() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.run("ALTER TABLE " + fixture.schema + ".daily_summary ADD CONSTRAINT c CHECK (namespace <> 'bad-1')");
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "bad-1"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        assertThat(fixture.events()).isEmpty();
        fixture.run("ALTER TABLE " + fixture.schema + ".daily_summary DROP CONSTRAINT c");
        fixture.now += 60_000;
        task.steps(2);
        assertThat(fixture.events())
                .singleElement()
                .extracting(DayCompletion::rowsChanged)
                .isEqualTo(3L);
        task.close();
    }

    @Test
    void shouldNotTellOfARevisionAgainThatTheTableHolds() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        task.close();
        fixture.run("DELETE FROM " + fixture.schema + ".day_completion");
        fixture.log.replaceTopic();
        task = fixture.new Task(ZERO);
        task.steps(4);
        assertThat(fixture.events()).as("published before").isEmpty();
        task.close();
    }

    @Test
    void shouldKeepTheLatestEventsOfADayWhereNobodyPublishesThem() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.mostEvents = 3;
        final LoadFixture.Task task = fixture.new Task(ZERO);
        for (int i = 1; i <= 5; i++) {
            fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 2, "a-" + i));
            task.steps(2);
        }
        assertThat(fixture.events()).extracting(DayCompletion::revision).containsExactly(3L, 4L, 5L);
        task.close();
    }

    @Test
    void shouldLoadDaysWhereTheTableOfEventsIsNotThereYet() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.run("DROP TABLE " + fixture.schema + ".day_completion");
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        assertThat(fixture.query("SELECT revision FROM " + fixture.schema + ".summary_status"))
                .containsExactly("1");
        task.close();
    }

    @Test
    void shouldLeaveWhatValidationFoundAlone() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-1"));
        final LoadFixture.Task task = fixture.new Task(ZERO);
        task.steps(3);
        fixture.run("UPDATE " + fixture.schema + ".summary_status SET validated_at = now(), validated_epoch = epoch,"
                + " validated_revision = revision, differences = 0");
        fixture.publish(ZERO, DAY, LoadFixture.rows(DAY, 3, "a-2"));
        task.steps(1);
        assertThat(fixture.query("SELECT revision || ' ' || validated_revision || ' ' || differences FROM "
                        + fixture.schema + ".summary_status"))
                .containsExactly("2 1 0");
        task.close();
    }
}

package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The sink gives new partitions room where the function for it is there, and loads rows where it is not. */
class PartitionRoomIT {
    private static final TopicPartition ZERO = TopicLog.partition(0);
    private static final RowKey.Day DAY = PublishedDays.day("org", 1, 2);

    @Test
    void shouldGiveNewPartitionsRoom() throws Exception {
        final LoadFixture fixture = LoadFixture.uncompacted();
        final String table = fixture.schema + ".daily_summary";
        fixture.run("CREATE TABLE " + fixture.schema + ".parent (LIKE " + table
                + " INCLUDING INDEXES) PARTITION BY RANGE (usage_start)");
        fixture.run("DROP TABLE " + table + "; ALTER TABLE " + fixture.schema + ".parent RENAME TO daily_summary");
        fixture.run("CREATE TABLE " + fixture.schema + ".november PARTITION OF " + table
                + " FOR VALUES FROM ('2025-11-01') TO ('2025-12-01')");
        fixture.fillfactor = 45;
        final LoadFixture.Task task = fixture.new Task(ZERO);
        fixture.publish(ZERO, DAY, Map.of(PublishedDays.uuid(DAY, 1), "a-1"));
        task.steps(3);
        fixture.lookAtTheEnd();
        assertThat(options(fixture, "november")).as("the function is not there").isEqualTo("-");

        fixture.makeFillfactorFunction();
        fixture.now += Duration.ofHours(1).toMillis();
        task.steps(1);
        assertThat(options(fixture, "november")).isEqualTo("fillfactor=45");
        fixture.run("CREATE TABLE " + fixture.schema + ".december PARTITION OF " + table
                + " FOR VALUES FROM ('2025-12-01') TO ('2026-01-01')");
        task.steps(1);
        assertThat(options(fixture, "december")).as("an hour is not over").isEqualTo("-");
        fixture.now += Duration.ofHours(1).toMillis();
        task.steps(1);
        assertThat(options(fixture, "december")).isEqualTo("fillfactor=45");
        task.close();
    }

    private static String options(LoadFixture fixture, String table) throws Exception {
        return fixture.query("SELECT coalesce(array_to_string(reloptions, ' '), '-') FROM pg_class WHERE oid = '"
                        + fixture.schema + "." + table + "'::regclass")
                .get(0);
    }
}

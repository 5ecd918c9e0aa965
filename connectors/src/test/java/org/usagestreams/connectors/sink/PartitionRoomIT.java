package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The sink gives new partitions room where the function for it is there, and loads rows where it is not. */
class PartitionRoomIT {
    private static final TopicPartition ZERO = TopicLog.partition(0);
    private static final RowKey.Day DAY = PublishedDays.day("org", 1, 2);

    private long now = 1_763_000_000_000L;

    @Test
    void shouldGiveNewPartitionsRoom() throws Exception {
        try (EmbeddedPostgres server = EmbeddedPostgres.start()) {
            final TopicLog log = new TopicLog(Duration.ofHours(1));
            final PublishedDays published = new PublishedDays(log);
            final LoadFixture fixture = new LoadFixture(server, "room", log, published, () -> now);
            fixture.run(
                    "CREATE TABLE room.parent (LIKE room.daily_summary INCLUDING INDEXES) PARTITION BY RANGE (usage_start)");
            fixture.run("DROP TABLE room.daily_summary; ALTER TABLE room.parent RENAME TO daily_summary");
            fixture.run("CREATE TABLE room.november PARTITION OF room.daily_summary"
                    + " FOR VALUES FROM ('2025-11-01') TO ('2025-12-01')");
            fixture.fillfactor = 45;
            final LoadFixture.Task task = fixture.new Task(ZERO);
            published.publish(ZERO, DAY, Map.of(PublishedDays.uuid(DAY, 1), "a-1"), now);
            for (int i = 0; i < 3; i++) {
                task.step(10);
            }
            fixture.lookAtTheEnd();
            assertThat(options(fixture, "november"))
                    .as("the function is not there")
                    .isEqualTo("-");

            fixture.makeFillfactorFunction();
            now += Duration.ofHours(1).toMillis();
            task.step(10);
            assertThat(options(fixture, "november")).isEqualTo("fillfactor=45");
            fixture.run("CREATE TABLE room.december PARTITION OF room.daily_summary"
                    + " FOR VALUES FROM ('2025-12-01') TO ('2026-01-01')");
            task.step(10);
            assertThat(options(fixture, "december")).as("an hour is not over").isEqualTo("-");
            now += Duration.ofHours(1).toMillis();
            task.step(10);
            assertThat(options(fixture, "december")).isEqualTo("fillfactor=45");
            task.close();
        }
    }

    private static String options(LoadFixture fixture, String table) throws Exception {
        return fixture.query("SELECT coalesce(array_to_string(reloptions, ' '), '-') FROM pg_class WHERE oid = 'room."
                        + table + "'::regclass")
                .get(0);
    }
}

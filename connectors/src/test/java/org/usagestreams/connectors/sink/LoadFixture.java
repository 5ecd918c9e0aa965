package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.wire.completion.DayCompletion;

/**
 * A load of a {@link TopicLog} into a real PostgreSQL, with a clock of its own. Settings that a test changes hold for tasks that begin
 * afterwards.
 */
final class LoadFixture {
    private static final AtomicInteger FIXTURES = new AtomicInteger();

    final String schema;
    final TopicLog log;
    final PublishedDays published;
    /** Milliseconds since 1970. */
    long now = 1_763_000_000_000L;

    String schemaOfRows;
    int retentionMonths;
    int fillfactor;
    boolean withColumns;
    int mostEvents = 1_000;

    /** What was told of days that are refused. */
    final Map<RowKey.Day, String> refused = new HashMap<>();

    final List<String> leftOut = new ArrayList<>();

    private final WholeDayReader reader = new WholeDayReader(this);

    /** Keeps the last word, as a compacted topic does. */
    private final class Failures implements LoadFailures {
        @Override
        public void refused(RowKey.Day day, String error, int attempts) {
            refused.put(day, error);
        }

        @Override
        public void settled(RowKey.Day day) {
            refused.remove(day);
        }

        @Override
        public void leftOut(SinkRecord record, String reason) {
            leftOut.add(record.kafkaPartition() + "@" + record.kafkaOffset() + ": " + reason);
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    }

    /** A topic whose records are compacted at once. */
    static LoadFixture compacted() throws SQLException {
        return of(Duration.ZERO);
    }

    /** A topic whose records are left alone for an hour. */
    static LoadFixture uncompacted() throws SQLException {
        return of(Duration.ofHours(1));
    }

    /** Has a schema of its own in {@link SharedPostgres}. */
    static LoadFixture of(Duration compactionLag) throws SQLException {
        return new LoadFixture("load" + FIXTURES.incrementAndGet(), compactionLag);
    }

    /**
     * Makes the tables in a schema.
     *
     * @param compactionLag how long the topic's records are left alone
     */
    private LoadFixture(String schema, Duration compactionLag) throws SQLException {
        this.schema = schema;
        schemaOfRows = schema;
        log = new TopicLog(compactionLag);
        published = new PublishedDays(log);
        final SinkDefinition sink = new SinkDefinition("daily-summary", this::setting, topic -> topic);
        run(sink.tableSql());
        run(sink.statusSql());
    }

    /** Makes the function that gives partitions room, as the owner of the tables. */
    void makeFillfactorFunction() throws SQLException {
        run("DO $$ BEGIN CREATE ROLE usage_sink; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
        run(new SinkDefinition("daily-summary", this::setting, topic -> topic).fillfactorSql());
    }

    private String setting(String name) {
        return name.equals("postgres.table") ? "daily_summary" : schema;
    }

    /** Publishes a revision now. */
    void publish(TopicPartition partition, RowKey.Day day, Map<UUID, String> rows) {
        published.publish(partition, day, rows, now);
    }

    /** Rows of a day that say which they are. */
    static Map<UUID, String> rows(RowKey.Day day, int count, String namespace) {
        final Map<UUID, String> rows = new HashMap<>();
        for (int i = 0; i < count; i++) {
            rows.put(PublishedDays.uuid(day, i), namespace);
        }
        return rows;
    }

    /** A task reads and loads all that there is, and ends. */
    void loadAll(TopicPartition... partitions) throws SQLException {
        final Task task = new Task(partitions);
        task.steps(3);
        task.close();
    }

    void run(String sql) throws SQLException {
        try (Statement statement = SharedPostgres.connection().createStatement()) {
            statement.execute(sql);
        }
    }

    /** A task that consumes partitions, as Connect lets it. */
    final class Task implements SummaryLoad.Consumption {
        private final Map<TopicPartition, Long> positions = new HashMap<>();
        private final Set<TopicPartition> paused = new HashSet<>();
        private final SummaryLoad load;

        Task(TopicPartition... partitions) throws SQLException {
            final SinkSettings settings = new SinkSettings(Map.ofEntries(
                    Map.entry(SinkSettings.URL, SharedPostgres.jdbcUrl()),
                    Map.entry(SinkSettings.USER, "postgres"),
                    Map.entry(SinkSettings.SCHEMA, schemaOfRows),
                    Map.entry(SinkSettings.TABLE, "daily_summary"),
                    Map.entry(SinkSettings.STATUS_SCHEMA, schema),
                    Map.entry(SinkSettings.DEAD_LETTERS, "dead-letters"),
                    Map.entry(SinkSettings.LOAD_ROWS, "7"),
                    Map.entry(SinkSettings.RETENTION_MONTHS, Integer.toString(retentionMonths)),
                    Map.entry(SinkSettings.FILLFACTOR, Integer.toString(fillfactor)),
                    Map.entry(SinkSettings.COMPLETION_COLUMNS, Boolean.toString(withColumns)),
                    Map.entry(SinkSettings.COMPLETION_REVISIONS, Integer.toString(mostEvents))));
            load = new SummaryLoad(
                    settings,
                    new PostgresConnections(settings),
                    () -> log,
                    new Failures(),
                    this,
                    UUID.randomUUID(),
                    () -> now);
            // Where its group stood does not matter: the table's positions do.
            for (final TopicPartition partition : partitions) {
                positions.put(partition, 0L);
            }
            load.assign(positions.keySet());
        }

        /** Polls once, and hands on at most so many records. */
        void step(int most) {
            final List<SinkRecord> records = new ArrayList<>();
            final Map<TopicPartition, Long> next = new HashMap<>();
            positions.forEach((partition, position) -> {
                if (!paused.contains(partition)) {
                    // As a consumer with auto.offset.reset=earliest.
                    final long from = position > log.end(partition) ? 0 : position;
                    final TopicLog.Poll poll = log.poll(partition, from, most);
                    records.addAll(poll.records());
                    next.put(partition, poll.next());
                }
            });
            positions.putAll(next);
            load.take(records, next);
        }

        /** Polls so many times, and hands on all that there is. */
        void steps(int count) {
            for (int i = 0; i < count; i++) {
                step(100);
            }
        }

        Map<TopicPartition, Long> stored() {
            return load.stored();
        }

        void close() {
            load.close();
        }

        @Override
        public void seek(TopicPartition partition, long offset) {
            positions.put(partition, offset);
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            paused.addAll(partitions);
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            paused.removeAll(partitions);
        }
    }

    /** Reads all days in one statement: each is at a revision that was published, wholly, and none goes back. */
    void look() throws SQLException {
        reader.look();
    }

    /** The events that were written, in their order. */
    List<DayCompletion> events() throws SQLException {
        return query("SELECT event FROM " + schema + ".day_completion ORDER BY number").stream()
                .map(DayCompletion::parse)
                .toList();
    }

    /** Each day is at its last revision. */
    void lookAtTheEnd() throws SQLException {
        look();
        for (final RowKey.Day day : published.days()) {
            assertThat(reader.seen(day))
                    .as("revision of %s", day)
                    .isEqualTo(published.revisions(day).lastKey());
        }
    }

    /** What a query gives, one text a row. */
    List<String> query(String sql) throws SQLException {
        final List<String> texts = new ArrayList<>();
        try (Statement statement = SharedPostgres.connection().createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                texts.add(found.getString(1));
            }
        }
        return texts;
    }
}

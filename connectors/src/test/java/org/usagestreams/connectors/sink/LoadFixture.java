package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.wire.completion.DayCompletion;

/** A load of a {@link TopicLog} into a real PostgreSQL, and a reader that knows which states may be seen. */
final class LoadFixture {
    private final EmbeddedPostgres server;
    private final String schema;
    private final TopicLog log;
    private final PublishedDays published;
    private final LongSupplier clock;
    private final Map<RowKey.Day, Long> seen = new HashMap<>();
    String schemaOfRows;
    int retentionMonths;
    int fillfactor;
    boolean withColumns;
    int mostEvents = 1_000;

    /** What was told of days that are refused. */
    final Map<RowKey.Day, String> refused = new HashMap<>();

    final List<String> leftOut = new ArrayList<>();

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

    LoadFixture(EmbeddedPostgres server, String schema, TopicLog log, PublishedDays published, LongSupplier clock)
            throws SQLException {
        this.server = server;
        this.schema = schema;
        schemaOfRows = schema;
        this.log = log;
        this.published = published;
        this.clock = clock;
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

    void run(String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
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
                    Map.entry(SinkSettings.URL, server.getJdbcUrl("postgres", "postgres")),
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
                    clock);
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
                    final TopicLog.Poll poll = log.poll(partition, position, most);
                    records.addAll(poll.records());
                    next.put(partition, poll.next());
                }
            });
            positions.putAll(next);
            load.take(records, next);
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
        final Map<RowKey.Day, Map<UUID, String>> rows = new HashMap<>();
        final Map<RowKey.Day, Long> revisions = new HashMap<>();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(
                        "SELECT s.organisation, s.source_uuid, s.usage_date, s.revision,"
                                + " t.uuid, t.namespace, t.pod_usage_cpu_core_hours FROM " + schema
                                + ".summary_status s FULL JOIN "
                                + schema
                                + ".daily_summary t ON t.source_uuid = s.source_uuid AND t.usage_start = s.usage_date")) {
            while (found.next()) {
                assertThat(found.getString(1)).as("each row's day has a status").isNotNull();
                final RowKey.Day day = new RowKey.Day(found.getString(1), found.getString(2), (int)
                        found.getObject(3, LocalDate.class).toEpochDay());
                revisions.put(day, found.getLong(4));
                final Map<UUID, String> its = rows.computeIfAbsent(day, d -> new HashMap<>());
                final UUID uuid = found.getObject(5, UUID.class);
                if (uuid != null) {
                    its.put(uuid, found.getString(6));
                    assertThat(found.getBigDecimal(7).toPlainString())
                            .isEqualTo(new java.math.BigDecimal(PublishedDays.amount(uuid, found.getString(6)))
                                    .setScale(15)
                                    .toPlainString());
                }
            }
        }
        revisions.forEach((day, revision) -> {
            assertThat(rows.get(day))
                    .as("%s at revision %s", day, revision)
                    .isEqualTo(published.revisions(day).get(revision));
            assertThat(revision).as("revision of %s", day).isGreaterThanOrEqualTo(seen.getOrDefault(day, 0L));
            seen.put(day, revision);
        });
        assertThat(revisions.keySet()).as("no day is lost").containsAll(seen.keySet());
        lookAtEvents(revisions);
    }

    /** Each revision that is seen has its event, and no event is of one that was not loaded. */
    private void lookAtEvents(Map<RowKey.Day, Long> revisions) throws SQLException {
        final Map<RowKey.Day, Set<Long>> events = new HashMap<>();
        for (final DayCompletion event : events()) {
            final RowKey.Day day = new RowKey.Day(event.organisation(), event.sourceUuid(), (int)
                    LocalDate.parse(event.usageDate()).toEpochDay());
            events.computeIfAbsent(day, d -> new HashSet<>()).add(event.revision());
        }
        revisions.forEach((day, revision) -> {
            final Set<Long> told = events.getOrDefault(day, Set.of());
            assertThat(told).as("events of %s", day).allMatch(of -> of <= revision);
            if (revision > 0) {
                assertThat(told).as("events of %s", day).contains(revision);
            }
        });
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
            assertThat(seen.getOrDefault(day, 0L))
                    .as("revision of %s", day)
                    .isEqualTo(published.revisions(day).lastKey());
        }
    }

    /** What a query gives, one text a row. */
    List<String> query(String sql) throws SQLException {
        final List<String> texts = new ArrayList<>();
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            while (found.next()) {
                texts.add(found.getString(1));
            }
        }
        return texts;
    }
}

package org.usagestreams.connectors.sink;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Days that PostgreSQL refused, with their rows, in the tables {@code sink_set_aside} and {@code sink_set_aside_row}. The position can
 * therefore advance, and other days are loaded. A day that is set aside again keeps its earlier rows, and newer ones are added.
 */
final class SetAsideTable {
    private static final String COLUMNS =
            SummaryColumn.ALL.stream().map(SummaryColumn::name).collect(Collectors.joining(", "));

    private final String days;
    private final String rows;

    SetAsideTable(String schema) throws SQLException {
        days = Identifiers.quoted(schema) + ".sink_set_aside";
        rows = Identifiers.quoted(schema) + ".sink_set_aside_row";
    }

    /**
     * A day that is set aside.
     *
     * @param topicId of the topic that its rows came from; null if that is not known
     * @param error what PostgreSQL said of it
     * @param attempts how often it was tried
     */
    record Entry(TopicPartition partition, RowKey.Day day, DayMarker marker, Uuid topicId, String error, int attempts) {
        /** Whether its rows came from this topic. */
        boolean isOf(Uuid topic) {
            return topicId == null || topicId.equals(topic);
        }
    }

    /** The days of a partition. */
    Map<RowKey.Day, Entry> read(Connection connection, TopicPartition partition)
            throws SQLException, MalformedRowException {
        final Map<RowKey.Day, Entry> found = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT organisation, source_uuid, usage_date,"
                + " marker_offset, marker_millis, status, topic_id, error, attempts FROM " + days
                + " WHERE topic = ? AND topic_partition = ?")) {
            select.setString(1, partition.topic());
            select.setInt(2, partition.partition());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    final RowKey.Day day = new RowKey.Day(row.getString(1), row.getString(2), (int)
                            row.getObject(3, LocalDate.class).toEpochDay());
                    final DayMarker marker = new DayMarker(
                            row.getLong(4),
                            row.getLong(5),
                            DayMarker.read(row.getString(6).getBytes(StandardCharsets.UTF_8)));
                    final UUID id = row.getObject(7, UUID.class);
                    found.put(
                            day,
                            new Entry(
                                    partition,
                                    day,
                                    marker,
                                    id == null
                                            ? null
                                            : new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()),
                                    row.getString(8),
                                    row.getInt(9)));
                }
            }
        }
        return found;
    }

    /** Stages the rows of a day before those that came since. */
    void stage(Connection connection, PendingDay day) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + Stage.TABLE
                + " (day, seq, gone, " + COLUMNS + ") SELECT ?, -1, gone, " + COLUMNS + " FROM " + rows
                + " WHERE organisation = ? AND day_source = ?::uuid AND usage_start = ?")) {
            insert.setInt(1, day.number());
            key(insert, 2, day.day());
            insert.executeUpdate();
        }
    }

    /** Sets the staged rows of a day aside, up to its marker, which stands on this topic. */
    void write(Connection connection, PendingDay day, Uuid topicId, String error, int attempts) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO " + days
                + " (organisation, source_uuid, usage_date, topic, topic_partition, marker_offset, marker_millis,"
                + " status, topic_id, error, attempts, set_aside_at, tried_at) VALUES (?, ?::uuid, ?, ?, ?, ?, ?,"
                + " ?::jsonb, ?, ?, ?, now(), now()) ON CONFLICT (organisation, source_uuid, usage_date) DO UPDATE SET"
                + " (topic, topic_partition, marker_offset, marker_millis, status, topic_id, error, attempts,"
                + " tried_at) = (excluded.topic, excluded.topic_partition, excluded.marker_offset,"
                + " excluded.marker_millis, excluded.status, excluded.topic_id, excluded.error, excluded.attempts,"
                + " excluded.tried_at)")) {
            key(upsert, 1, day.day());
            upsert.setString(4, day.partition().topic());
            upsert.setInt(5, day.partition().partition());
            upsert.setLong(6, day.marker().offset());
            upsert.setLong(7, day.marker().timestamp());
            upsert.setString(8, DayMarker.write(day.marker().status()));
            upsert.setObject(9, new UUID(topicId.getMostSignificantBits(), topicId.getLeastSignificantBits()));
            upsert.setString(10, error);
            upsert.setInt(11, attempts);
            upsert.executeUpdate();
        }
        final List<String> others = SummaryColumn.ALL.stream()
                .skip(SummaryColumn.KEY.size())
                .map(SummaryColumn::name)
                .toList();
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO " + rows
                + " (organisation, day_source, gone, " + COLUMNS
                + ") SELECT ?::text, ?::uuid, gone, " + COLUMNS
                + " FROM (SELECT DISTINCT ON (usage_start, uuid) * FROM " + Stage.TABLE
                + " WHERE day = ? AND seq <= ? ORDER BY usage_start, uuid, seq DESC) s"
                + " ON CONFLICT (organisation, day_source, usage_start, uuid) DO UPDATE SET gone = excluded.gone, "
                + others.stream().map(name -> name + " = excluded." + name).collect(Collectors.joining(", ")))) {
            upsert.setString(1, day.day().organisation());
            upsert.setString(2, day.day().source());
            upsert.setInt(3, day.number());
            upsert.setLong(4, day.marker().offset());
            upsert.executeUpdate();
        }
    }

    /** A day was loaded, or other rows of it are to be set aside. */
    void remove(Connection connection, RowKey.Day day) throws SQLException {
        for (final String statement : List.of(
                "DELETE FROM " + rows + " WHERE organisation = ? AND day_source = ?::uuid AND usage_start = ?",
                "DELETE FROM " + days + " WHERE organisation = ? AND source_uuid = ?::uuid AND usage_date = ?")) {
            try (PreparedStatement delete = connection.prepareStatement(statement)) {
                key(delete, 1, day);
                delete.executeUpdate();
            }
        }
    }

    private static void key(PreparedStatement statement, int at, RowKey.Day day) throws SQLException {
        statement.setString(at, day.organisation());
        statement.setString(at + 1, day.source());
        statement.setObject(at + 2, LocalDate.ofEpochDay(day.epochDay()));
    }
}

package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * The table {@code summary_status}: which revision of each day the summary's table holds, and from which marker. Orphaned days name
 * another topic than the one that is read, or none: they were not found there, and keep their rows.
 */
final class StatusTable {
    /** Stands for no topic. */
    private static final UUID NONE = new UUID(0, 0);

    private static final String GIVEN = "unnest(?::text[], ?::uuid[], ?::date[])";

    private final String table;
    private final String setAside;

    StatusTable(String schema) throws SQLException {
        table = Identifiers.quoted(schema) + ".summary_status";
        setAside = Identifiers.quoted(schema) + ".sink_set_aside";
    }

    /**
     * From where the table has a day.
     *
     * @param topicId may be that of another topic than the one that is read
     * @param marker offset of the day's marker
     */
    record Held(Uuid topicId, int partition, long marker) {
        /** Whether that is a marker or a later one of the same partition: the marker is read again. */
        boolean includes(PendingDay day, Uuid topicOfDay) {
            return topicId.equals(topicOfDay)
                    && partition == day.partition().partition()
                    && marker >= day.marker().offset();
        }
    }

    /** From where the table has each of these days; those that it has not are missing. */
    Map<PendingDay, Held> held(Connection connection, List<PendingDay> days) throws SQLException {
        final Map<PendingDay, Held> held = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT d.number, s.topic_id, s.topic_partition, s.marker_offset FROM ROWS FROM (" + GIVEN
                        + ") WITH ORDINALITY d (organisation, source_uuid, usage_date, number) JOIN " + table
                        + " s USING (organisation, source_uuid, usage_date)")) {
            given(connection, select, 1, days.stream().map(PendingDay::day).toList());
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    final UUID id = found.getObject(2, UUID.class);
                    held.put(
                            days.get(found.getInt(1) - 1),
                            new Held(
                                    new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()),
                                    found.getInt(3),
                                    found.getLong(4)));
                }
            }
        }
        return held;
    }

    private static void given(Connection connection, PreparedStatement statement, int at, List<RowKey.Day> days)
            throws SQLException {
        statement.setArray(
                at,
                connection.createArrayOf(
                        "text", days.stream().map(RowKey.Day::organisation).toArray()));
        statement.setArray(
                at + 1,
                connection.createArrayOf(
                        "text", days.stream().map(RowKey.Day::source).toArray()));
        statement.setArray(
                at + 2,
                connection.createArrayOf(
                        "text",
                        days.stream()
                                .map(day -> LocalDate.ofEpochDay(day.epochDay()).toString())
                                .toArray()));
    }

    /** Writes what a day's marker says. A day without rows keeps its row, so that its revision never goes back. */
    void write(Connection connection, PendingDay day, Uuid topicId) throws SQLException {
        final DayMarker.Status status = day.marker().status();
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO " + table
                + " AS t (organisation, source_uuid, usage_date, epoch, revision, row_count, rows_set_aside, live_objects,"
                + " changed_at, pod_usage_complete_hours, storage_usage_complete_hours, node_labels_complete_hours,"
                + " namespace_labels_complete_hours, topic_id, topic_partition, marker_offset)"
                + " VALUES (?, ?::uuid, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (organisation, source_uuid, usage_date) DO UPDATE SET (epoch, revision, row_count,"
                + " rows_set_aside, live_objects, changed_at, pod_usage_complete_hours, storage_usage_complete_hours,"
                + " node_labels_complete_hours, namespace_labels_complete_hours, topic_id, topic_partition, marker_offset)"
                + " = (excluded.epoch, excluded.revision, excluded.row_count, excluded.rows_set_aside,"
                + " excluded.live_objects, excluded.changed_at, excluded.pod_usage_complete_hours,"
                + " excluded.storage_usage_complete_hours, excluded.node_labels_complete_hours,"
                + " excluded.namespace_labels_complete_hours, excluded.topic_id, excluded.topic_partition,"
                + " excluded.marker_offset)")) {
            key(upsert, day.day());
            upsert.setLong(4, status.epoch());
            upsert.setLong(5, status.revision());
            upsert.setInt(6, status.rowCount());
            upsert.setInt(7, status.rowsSetAside());
            upsert.setInt(8, status.liveObjects());
            upsert.setObject(
                    9,
                    status.changedAt() == null
                            ? null
                            : OffsetDateTime.ofInstant(Instant.parse(status.changedAt()), ZoneOffset.UTC),
                    Types.TIMESTAMP_WITH_TIMEZONE);
            upsert.setObject(10, status.podUsageCompleteHours(), Types.INTEGER);
            upsert.setObject(11, status.storageUsageCompleteHours(), Types.INTEGER);
            upsert.setObject(12, status.nodeLabelsCompleteHours(), Types.INTEGER);
            upsert.setObject(13, status.namespaceLabelsCompleteHours(), Types.INTEGER);
            upsert.setObject(14, uuid(topicId));
            upsert.setInt(15, day.partition().partition());
            upsert.setLong(16, day.marker().offset());
            upsert.executeUpdate();
        }
    }

    /** Makes days orphaned, so that what is loaded of them next replaces all of their rows. */
    void orphan(Connection connection, List<RowKey.Day> days) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE " + table + " s SET topic_id = ? FROM " + GIVEN
                        + " d (organisation, source_uuid, usage_date) WHERE s.organisation = d.organisation"
                        + " AND s.source_uuid = d.source_uuid AND s.usage_date = d.usage_date")) {
            update.setObject(1, NONE);
            given(connection, update, 2, days);
            update.executeUpdate();
        }
    }

    /** How many days are orphaned, as far as a topic is read, without those that are set aside. */
    long orphans(Connection connection, Uuid topicId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT count(*) FROM " + table
                + " s WHERE topic_id <> ? AND NOT EXISTS (SELECT FROM " + setAside
                + " a WHERE a.organisation = s.organisation AND a.source_uuid = s.source_uuid"
                + " AND a.usage_date = s.usage_date)")) {
            select.setObject(1, uuid(topicId));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /** The days whose last marker stood in that partition of this topic. They are locked until the transaction ends. */
    List<RowKey.Day> days(Connection connection, TopicPartition partition, Uuid topicId) throws SQLException {
        final List<RowKey.Day> days = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT organisation, source_uuid, usage_date FROM "
                + table + " WHERE topic_partition = ? AND topic_id = ? FOR UPDATE")) {
            select.setInt(1, partition.partition());
            select.setObject(2, uuid(topicId));
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    days.add(new RowKey.Day(found.getString(1), found.getString(2), (int)
                            found.getObject(3, LocalDate.class).toEpochDay()));
                }
            }
        }
        return days;
    }

    private static void key(PreparedStatement statement, RowKey.Day day) throws SQLException {
        statement.setString(1, day.organisation());
        statement.setString(2, day.source());
        statement.setObject(3, LocalDate.ofEpochDay(day.epochDay()));
    }

    private static UUID uuid(Uuid id) {
        return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
    }
}

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
import java.util.List;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/** The table {@code summary_status}: which revision of each day the summary's table holds, and from which marker. */
final class StatusTable {
    private final String table;

    StatusTable(String schema) throws SQLException {
        table = Identifiers.quoted(schema) + ".summary_status";
    }

    /** Whether the table holds this revision, or a later one of the same partition: its records are read again. */
    boolean holds(Connection connection, PendingDay day, Uuid topicId) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT 1 FROM " + table
                + " WHERE organisation = ? AND source_uuid = ?::uuid AND usage_date = ? AND topic_id = ?"
                + " AND topic_partition = ? AND marker_offset >= ?")) {
            key(select, day.day());
            select.setObject(4, uuid(topicId));
            select.setInt(5, day.partition().partition());
            select.setLong(6, day.marker().offset());
            try (ResultSet found = select.executeQuery()) {
                return found.next();
            }
        }
    }

    /** Writes what a day's marker says. A day of which nothing is left keeps its row, so that its revision never goes back. */
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

    void delete(Connection connection, RowKey.Day day) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(
                "DELETE FROM " + table + " WHERE organisation = ? AND source_uuid = ?::uuid AND usage_date = ?")) {
            key(delete, day);
            delete.executeUpdate();
        }
    }

    /** The days whose last marker stood in that partition, of whichever topic of the name there was. */
    List<RowKey.Day> days(Connection connection, TopicPartition partition) throws SQLException {
        final List<RowKey.Day> days = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT organisation, source_uuid, usage_date FROM " + table + " WHERE topic_partition = ?")) {
            select.setInt(1, partition.partition());
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

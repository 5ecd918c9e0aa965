package org.usagestreams.operations.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicRole;

/**
 * Days in the table that the sink has not found on the summary topic: the topic was made anew, or has lost records. The sink keeps
 * their rows; only an operator knows whether they are to go. Days that PostgreSQL refuses are none of them. Not thread-safe.
 */
public final class OrphanedDays {
    /** Days that are deleted in one transaction, for which the sink waits. */
    private static final int AT_ONCE = 200;

    private final Connection connection;
    private final SummaryTable table;
    private final String schema;
    private final String topic;
    private final UUID topicId;
    private final int partitions;

    /**
     * A day.
     *
     * @param rows in the table, as its last revision says
     */
    public record Day(String organisation, UUID source, LocalDate date, long rows) {}

    /**
     * Those of the tables that these settings name.
     *
     * @param connection stays the caller's
     * @param admin stays the caller's
     * @throws KafkaException where the broker does not know the topic
     */
    public OrphanedDays(Connection connection, Settings settings, Admin admin) {
        this.connection = connection;
        table = new SummaryTable(settings);
        schema = PostgresSettings.quoted(settings.text("postgres.status.schema"));
        topic = settings.topics().name(TopicRole.SUMMARY);
        final TopicDescription description = describe(admin, topic);
        topicId = new UUID(
                description.topicId().getMostSignificantBits(),
                description.topicId().getLeastSignificantBits());
        partitions = description.partitions().size();
    }

    private static TopicDescription describe(Admin admin, String topic) {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "Cannot describe topic " + topic + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** The condition of a day {@code s} in {@code summary_status}; the id of the topic is any expression. */
    private static String isOrphan(String schema, String id) {
        return "s.topic_id <> " + id + " AND NOT EXISTS (SELECT FROM " + schema + ".sink_set_aside a"
                + " WHERE a.organisation = s.organisation AND a.source_uuid = s.source_uuid"
                + " AND a.usage_date = s.usage_date)";
    }

    /**
     * How many there are, as far as PostgreSQL alone tells: the topic is the one of which the sink wrote a position last. None while it
     * has written none.
     *
     * @param organisation as object keys name it; null for all
     * @param source null for all
     * @param date null for all
     */
    public static long count(Connection connection, Settings settings, String organisation, UUID source, LocalDate date)
            throws SQLException {
        final String schema = PostgresSettings.quoted(settings.text("postgres.status.schema"));
        final String id = "(SELECT topic_id FROM " + schema
                + ".sink_position WHERE topic = ? AND topic_id IS NOT NULL ORDER BY written_at DESC LIMIT 1)";
        try (PreparedStatement select = connection.prepareStatement("SELECT count(*) FROM " + schema
                + ".summary_status s WHERE " + isOrphan(schema, id) + " AND coalesce(organisation = ?::text, true)"
                + " AND coalesce(source_uuid = ?::uuid, true) AND coalesce(usage_date = ?::date, true)")) {
            select.setString(1, settings.topics().name(TopicRole.SUMMARY));
            select.setString(2, organisation);
            select.setObject(3, source);
            select.setObject(4, date);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    /**
     * All of them, the latest date first.
     *
     * @throws IllegalStateException where the sink has not read all of the topic, so that nobody knows
     */
    public List<Day> list() throws SQLException {
        final long read = count("SELECT count(*) FROM " + schema + ".sink_position WHERE topic = ? AND topic_id = ?"
                + " AND partition < " + partitions);
        if (read < partitions) {
            throw new IllegalStateException("Cannot tell which days are not on topic " + topic + ": the sink has read "
                    + read + " of its " + partitions + " partitions to the end. Start the sink, and try again.");
        }
        final List<Day> days = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT organisation, source_uuid, usage_date, row_count FROM " + schema + ".summary_status s WHERE "
                        + isOrphan(schema, "?") + " ORDER BY usage_date DESC, organisation, source_uuid")) {
            select.setObject(1, topicId);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    days.add(day(rows));
                }
            }
        }
        return days;
    }

    private long count(String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setString(1, topic);
            select.setObject(2, topicId);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private static Day day(ResultSet row) throws SQLException {
        return new Day(
                row.getString(1), row.getObject(2, UUID.class), row.getObject(3, LocalDate.class), row.getLong(4));
    }

    /**
     * Deletes rows of ours and the status of these days, as far as they are orphaned still.
     *
     * @return how many rows of the summary were deleted
     * @throws SQLException where PostgreSQL refuses; days of before are deleted then
     */
    public long delete(List<Day> days) throws SQLException {
        long deleted = 0;
        connection.setAutoCommit(false);
        try {
            for (int from = 0; from < days.size(); from += AT_ONCE) {
                deleted += deleteTogether(days.subList(from, Math.min(days.size(), from + AT_ONCE)));
                connection.commit();
            }
            return deleted;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private long deleteTogether(List<Day> days) throws SQLException {
        // Each transaction of the sink begins with its position: none loads one of these days meanwhile.
        try (PreparedStatement lock = connection.prepareStatement(
                "SELECT FROM " + schema + ".sink_position WHERE topic = ? ORDER BY partition FOR UPDATE")) {
            lock.setString(1, topic);
            lock.executeQuery().close();
        }
        long deleted = 0;
        for (final Day day : days) {
            if (deleteStatus(day) && table.exists(connection, day.organisation())) {
                deleted += deleteRows(day);
            }
        }
        return deleted;
    }

    private boolean deleteStatus(Day day) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + schema
                + ".summary_status s WHERE " + isOrphan(schema, "?")
                + " AND organisation = ? AND source_uuid = ? AND usage_date = ?")) {
            delete.setObject(1, topicId);
            delete.setString(2, day.organisation());
            delete.setObject(3, day.source());
            delete.setObject(4, day.date());
            return delete.executeUpdate() == 1;
        }
    }

    private long deleteRows(Day day) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("DELETE FROM " + table.name(day.organisation())
                + " WHERE source_uuid = ? AND usage_start = ? AND " + SummaryTable.OURS)) {
            delete.setObject(1, day.source());
            delete.setObject(2, day.date());
            return delete.executeUpdate();
        }
    }
}

package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.UUID;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/**
 * Positions in the summary topic, in the table {@code sink_position}. They are written in the transactions that load rows. Each
 * partition has one owner, the task that claimed it last: any other cannot commit.
 */
final class PositionTable {
    private final String table;
    private final UUID owner;

    /** @param owner identifies this task; no other task may ever have the same */
    PositionTable(String schema, UUID owner) throws SQLException {
        table = Identifiers.quoted(schema) + ".sink_position";
        this.owner = owner;
    }

    /**
     * What is known of a partition.
     *
     * @param topicId of the topic that was read; null if nothing is known
     * @param next the offset of the next record
     * @param idleSeconds since it was last written
     */
    record Stored(Uuid topicId, long next, double idleSeconds) {}

    /** Another task has claimed the partition. */
    static final class NotOwnerException extends Exception {
        private static final long serialVersionUID = 1L;

        NotOwnerException(TopicPartition partition) {
            super("another task has taken " + partition + " over");
        }
    }

    /**
     * Claims a partition anew that this task had, after its connection was gone. The caller commits.
     *
     * @throws NotOwnerException if another task has claimed the partition since
     */
    Stored reclaim(Connection connection, TopicPartition partition) throws SQLException, NotOwnerException {
        try (PreparedStatement select = connection.prepareStatement("SELECT topic_id, next_offset,"
                + " extract(epoch FROM now() - written_at) FROM " + table
                + " WHERE topic = ? AND partition = ? AND owner = ?")) {
            select.setString(1, partition.topic());
            select.setInt(2, partition.partition());
            select.setObject(3, owner);
            try (ResultSet found = select.executeQuery()) {
                if (!found.next()) {
                    throw new NotOwnerException(partition);
                }
                return stored(found);
            }
        }
    }

    private static Stored stored(ResultSet row) throws SQLException {
        final UUID id = row.getObject(1, UUID.class);
        return new Stored(
                id == null ? null : new Uuid(id.getMostSignificantBits(), id.getLeastSignificantBits()),
                row.getLong(2),
                row.getDouble(3));
    }

    /** Claims a partition. Waits for a transaction of the owner before, which then is the last. The caller commits. */
    Stored claim(Connection connection, TopicPartition partition) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + table
                + " (topic, partition, next_offset, owner, written_at) VALUES (?, ?, 0, ?, now())"
                + " ON CONFLICT (topic, partition) DO UPDATE SET owner = excluded.owner"
                + " RETURNING topic_id, next_offset, extract(epoch FROM now() - written_at)")) {
            insert.setString(1, partition.topic());
            insert.setInt(2, partition.partition());
            insert.setObject(3, owner);
            try (ResultSet claimed = insert.executeQuery()) {
                claimed.next();
                return stored(claimed);
            }
        }
    }

    /**
     * Writes a position, in the caller's transaction.
     *
     * @param topicId null while not all of a partition has been read that is read from its beginning
     * @throws NotOwnerException if another task has claimed the partition
     */
    void write(Connection connection, TopicPartition partition, Uuid topicId, long next)
            throws SQLException, NotOwnerException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + table
                + " SET next_offset = ?, topic_id = ?, written_at = now()"
                + " WHERE topic = ? AND partition = ? AND owner = ?")) {
            update.setLong(1, next);
            update.setObject(
                    2,
                    topicId == null
                            ? null
                            : new UUID(topicId.getMostSignificantBits(), topicId.getLeastSignificantBits()),
                    Types.OTHER);
            update.setString(3, partition.topic());
            update.setInt(4, partition.partition());
            update.setObject(5, owner);
            if (update.executeUpdate() != 1) {
                throw new NotOwnerException(partition);
            }
        }
    }
}

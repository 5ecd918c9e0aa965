package org.usagestreams.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/** Writes positions into PostgreSQL as the sink of the summary does, for tests without a sink. */
public final class LoadedPositions {
    private LoadedPositions() {}

    /**
     * Has the table {@code usage.sink_position} say that a partition is loaded.
     *
     * @param next the offset up to which it is loaded
     */
    public static void insert(Connection connection, Admin admin, String topic, int partition, long next)
            throws SQLException, ExecutionException, InterruptedException {
        final Uuid id = admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .topicId();
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO usage.sink_position"
                + " (topic, partition, topic_id, next_offset, owner, written_at) VALUES (?, ?, ?, ?, ?, now())")) {
            insert.setString(1, topic);
            insert.setInt(2, partition);
            insert.setObject(3, new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits()));
            insert.setLong(4, next);
            insert.setObject(5, UUID.randomUUID());
            insert.executeUpdate();
        }
    }
}

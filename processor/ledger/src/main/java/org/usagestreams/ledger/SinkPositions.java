package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.ReaderOffsets;
import org.usagestreams.wire.chunk.DayKey;

/**
 * How far the sink has loaded the summary topic, as PostgreSQL tells: the tables {@code sink_position} and {@code
 * sink_set_aside}, which the sink writes in the transactions that load rows. A position in another topic of the same name does
 * not count.
 *
 * <p>Keeps a connection while it is used. Not thread-safe.
 */
public final class SinkPositions implements ReaderOffsets {
    private final Settings settings;
    private final Admin admin;
    private final String topic;
    private final String query;
    private Connection connection;

    /**
     * What is loaded at one moment.
     *
     * @param positions the next offset of each partition; partitions that are not read yet are missing
     * @param setAside days that PostgreSQL refused: positions are behind them, and their rows are not loaded
     */
    public record Loaded(GroupOffsets positions, Set<DayKey> setAside) {}

    /**
     * Of this topic.
     *
     * @param admin stays the caller's
     */
    public SinkPositions(Settings settings, Admin admin, String topic) {
        this.settings = settings;
        this.admin = admin;
        this.topic = topic;
        final String schema = PostgresSettings.quoted(settings.text("postgres.status.schema"));
        // One statement, so that both are of one moment.
        query = "SELECT partition, next_offset, NULL, NULL, NULL FROM " + schema + ".sink_position"
                + " WHERE topic = ? AND topic_id = ? UNION ALL"
                + " SELECT NULL, NULL, organisation, source_uuid::text, usage_date FROM " + schema + ".sink_set_aside"
                + " WHERE topic = ?";
    }

    @Override
    public GroupOffsets now() {
        return read().positions();
    }

    /** Days that PostgreSQL refused. */
    @Override
    public List<String> setAside() {
        return read().setAside().stream().map(DayKey::toString).sorted().toList();
    }

    /**
     * What is loaded now.
     *
     * @throws UnavailableException where PostgreSQL cannot be read
     * @throws KafkaException where the broker does not answer
     */
    public Loaded read() {
        final UUID id = topicId();
        try {
            if (connection == null) {
                connection = PostgresSettings.connect(settings);
            }
            return read(id);
        } catch (SQLException e) {
            close();
            throw new UnavailableException(
                    "Cannot read what the sink has loaded from PostgreSQL (" + settings.text("postgres.url")
                            + ", schema " + settings.text("postgres.status.schema") + "): " + e.getMessage(),
                    e);
        }
    }

    private Loaded read(UUID id) throws SQLException {
        final Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        final Set<DayKey> setAside = new HashSet<>();
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setString(1, topic);
            select.setObject(2, id);
            select.setString(3, topic);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    if (rows.getString(3) == null) {
                        positions.put(
                                new TopicPartition(topic, rows.getInt(1)), new OffsetAndMetadata(rows.getLong(2)));
                    } else {
                        setAside.add(
                                new DayKey(rows.getString(3), rows.getString(4), rows.getObject(5, LocalDate.class)));
                    }
                }
            }
        }
        return new Loaded(new GroupOffsets(positions), setAside);
    }

    private UUID topicId() {
        try {
            final Uuid id = admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .topicId();
            return new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits());
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot describe topic " + topic, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    @Override
    public void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It is of no use any more.
            }
            connection = null;
        }
    }
}

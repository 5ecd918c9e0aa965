package org.usagestreams.completions;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.ledger.SessionLock;
import org.usagestreams.settings.Settings;

/** Events that the sink has written and nobody has published yet: the table {@code day_completion}. One connection, one thread. */
final class Outbox implements AutoCloseable {
    private final Connection connection;
    private final String schema;
    private final String table;

    /**
     * An event.
     *
     * @param number its place in the table
     * @param day organisation, source and date, with bars
     */
    record Entry(long number, String day, String event) {}

    private Outbox(Connection connection, String schema) {
        this.connection = connection;
        this.schema = schema;
        table = PostgresSettings.quoted(schema) + ".day_completion";
    }

    /** Connects by these settings, and listens. */
    static Outbox open(Settings settings) throws SQLException {
        final Connection connection = PostgresSettings.connect(settings);
        try (Statement statement = connection.createStatement()) {
            SessionLock.watch(connection);
            final String channel = settings.text(CompletionSettings.CHANNEL);
            if (!channel.isEmpty()) {
                statement.execute("LISTEN " + PostgresSettings.quoted(channel));
            }
            return new Outbox(connection, settings.text("postgres.status.schema"));
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Whether this process is the one that publishes. */
    boolean isMine() throws SQLException {
        return SessionLock.take(connection, "day completions", schema);
    }

    /** The first entries. */
    List<Entry> read(int most) throws SQLException {
        final List<Entry> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT number, organisation || '|' || source_uuid || '|' || usage_date, event" + " FROM " + table
                        + " ORDER BY number LIMIT ?")) {
            select.setInt(1, most);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Entry(row.getLong(1), row.getString(2), row.getString(3)));
                }
            }
        }
        return found;
    }

    /** Removes entries that are published. */
    void remove(List<Entry> published) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("DELETE FROM " + table + " WHERE number = ANY(?)")) {
            delete.setArray(
                    1,
                    connection.createArrayOf(
                            "int8", published.stream().map(Entry::number).toArray()));
            delete.executeUpdate();
        }
    }

    /** Waits for a notification of the sink, no longer than so many milliseconds. */
    void await(int millis) throws SQLException {
        connection.unwrap(PGConnection.class).getNotifications(millis);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What one of several processes does at a time, by an advisory lock of PostgreSQL. It is held while the connection is there:
 * where a host vanishes, PostgreSQL finds out by keep-alives within some 20 seconds.
 */
public final class SessionLock {
    private SessionLock() {}

    /**
     * Takes a lock, where no other connection has it. A connection may take it again.
     *
     * @param work what is to be done
     * @param schema in whose tables
     * @return whether this connection holds it now
     */
    public static boolean take(Connection connection, String work, String schema) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("SELECT pg_try_advisory_lock(hashtext(?), hashtext(?))")) {
            select.setString(1, "usage-streams " + work);
            select.setString(2, schema);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Has PostgreSQL find out soon that the other end of a connection is gone. */
    public static void watch(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET tcp_keepalives_idle = 5");
            statement.execute("SET tcp_keepalives_interval = 5");
            statement.execute("SET tcp_keepalives_count = 3");
        }
    }
}

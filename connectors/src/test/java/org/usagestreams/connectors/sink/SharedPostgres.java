package org.usagestreams.connectors.sink;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The PostgreSQL server of all test classes of this process, each of which has schemas of its own. It stops when the process
 * ends.
 */
final class SharedPostgres {
    private static final EmbeddedPostgres SERVER = start();

    private static Connection open;

    private SharedPostgres() {}

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.start();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start PostgreSQL", e);
        }
    }

    static String jdbcUrl() {
        return SERVER.getJdbcUrl("postgres", "postgres");
    }

    /** A new connection; the caller closes it. */
    static Connection connect() throws SQLException {
        return SERVER.getPostgresDatabase().getConnection();
    }

    /**
     * A connection that commits each statement and stays open: a look at the tables would otherwise take less time than its
     * connection, for which PostgreSQL starts a process.
     */
    static synchronized Connection connection() throws SQLException {
        if (open == null || open.isClosed()) {
            open = connect();
        }
        return open;
    }
}

package org.usagestreams.standalone;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A PostgreSQL database that a cluster writes to: of its own, or one that is there. */
interface Database {
    /** Where it is. */
    String jdbcUrl();

    /** Who comes to it. */
    String user();

    /** The user's password; empty for none. */
    String password();

    default Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl(), user(), password());
    }

    default void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

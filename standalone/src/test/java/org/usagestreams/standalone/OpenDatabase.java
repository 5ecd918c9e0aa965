package org.usagestreams.standalone;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks into a database over a connection that stays open. Tests look until they see what they wait for, and a connection, for
 * which PostgreSQL starts a process, takes many times longer than a look. Each statement is a transaction of its own.
 */
final class OpenDatabase implements AutoCloseable {
    private final Connector connector;
    private Connection connection;

    /** Makes a new connection. */
    interface Connector {
        Connection connect() throws SQLException;
    }

    /** Something that a connection is used for. */
    interface Look<T> {
        T at(Connection connection) throws SQLException;
    }

    OpenDatabase(Connector connector) {
        this.connector = connector;
    }

    /** Looks, and a second time over a new connection where the open one was cut off. */
    synchronized <T> T look(Look<T> look) throws SQLException {
        if (connection != null) {
            try {
                return look.at(connection);
            } catch (SQLException e) {
                close();
            }
        }
        connection = connector.connect();
        return look.at(connection);
    }

    /** Rows of a query, as texts. */
    List<List<String>> query(String sql) throws SQLException {
        return look(open -> {
            try (Statement statement = open.createStatement();
                    ResultSet rows = statement.executeQuery(sql)) {
                final List<List<String>> found = new ArrayList<>();
                while (rows.next()) {
                    final List<String> row = new ArrayList<>();
                    for (int column = 1; column <= rows.getMetaData().getColumnCount(); column++) {
                        row.add(rows.getString(column));
                    }
                    found.add(row);
                }
                return found;
            }
        });
    }

    @Override
    public synchronized void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                // It was cut off.
            }
            connection = null;
        }
    }
}

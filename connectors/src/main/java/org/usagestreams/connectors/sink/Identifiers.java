package org.usagestreams.connectors.sink;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** Quotes names for SQL. */
final class Identifiers {
    /** PostgreSQL's limit of bytes; longer names would be cut off, and could name something else. */
    private static final int LONGEST = 63;

    private static final String INVALID_NAME = "42602";

    private Identifiers() {}

    /**
     * Quotes a name, whatever characters it has.
     *
     * @throws SQLException with the state of an invalid name, where PostgreSQL takes no such name
     */
    static String quoted(String name) throws SQLException {
        if (name.isEmpty() || name.indexOf('\0') >= 0 || name.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            throw new SQLException("\"" + name + "\" is not a valid name in PostgreSQL", INVALID_NAME);
        }
        return '"' + name.replace("\"", "\"\"") + '"';
    }
}

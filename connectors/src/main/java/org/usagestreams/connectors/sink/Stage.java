package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Rows that are read and not loaded yet, in a temporary table of the connection. They are lost with the connection, and then read again.
 * Used by one thread.
 */
final class Stage {
    /** The table. */
    static final String TABLE = "pg_temp.summary_stage";

    /** Columns before those of a row: number of the day, offset, whether the row no longer exists. */
    private static final int OWN_COLUMNS = 3;

    private static final String COPY = "COPY " + TABLE + " FROM STDIN (FORMAT binary)";

    private final BinaryCopy copy = new BinaryCopy();
    private final RowValue value = new RowValue();
    private final int bufferBytes;
    private Connection connection;
    private CopyIn stream;
    private long rows;

    /** @param bufferBytes rows that are sent to PostgreSQL together, about */
    Stage(int bufferBytes) {
        this.bufferBytes = bufferBytes;
    }

    /** Begins with an empty stage on a connection. */
    void open(Connection on) throws SQLException {
        connection = on;
        stream = null;
        rows = 0;
        copy.reset();
        try (Statement statement = on.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS " + TABLE);
            statement.execute("CREATE TEMPORARY TABLE summary_stage (day integer, seq bigint, gone boolean, "
                    + SummaryColumn.ALL.stream()
                            .map(column -> column.name() + " " + column.type().sql())
                            .collect(Collectors.joining(", "))
                    + ") ON COMMIT PRESERVE ROWS");
        }
    }

    /**
     * Adds a row.
     *
     * @param json null if the row no longer exists
     * @throws MalformedRowException if the value is not a row; nothing was added then
     */
    void add(int day, long offset, RowKey key, byte[] json) throws SQLException, MalformedRowException {
        if (json != null) {
            value.read(json);
        }
        if (stream == null) {
            stream = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(COPY);
            copy.header();
        }
        copy.row(OWN_COLUMNS + SummaryColumn.ALL.size());
        copy.integer(day);
        copy.bigint(offset);
        copy.bool(json == null);
        copy.date(key.day().epochDay());
        copy.uuid(key.high(), key.low());
        if (json == null) {
            RowValue.writeNothing(copy);
        } else {
            value.writeTo(copy);
        }
        rows++;
        if (copy.size() >= bufferBytes) {
            send();
        }
    }

    /** Rows that were added since it was empty, including those of days that are loaded. */
    long rows() {
        return rows;
    }

    /** Sends what was added; statements see it from then on. */
    void flush() throws SQLException {
        if (stream != null) {
            copy.trailer();
            send();
            stream.endCopy();
            stream = null;
        }
    }

    /** Forgets what was added since the last flush, which failed. */
    void discard() {
        copy.reset();
        stream = null;
    }

    private void send() throws SQLException {
        stream.writeToCopy(copy.bytes(), 0, copy.size());
        copy.reset();
    }

    /** Removes everything. */
    void clear() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("TRUNCATE " + TABLE);
            rows = 0;
        }
    }
}

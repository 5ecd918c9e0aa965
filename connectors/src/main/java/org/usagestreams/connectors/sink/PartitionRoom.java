package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes new partitions of the summary's tables leave room in their pages, so that updates of rows can be heap-only. It calls the function
 * {@code summary_fillfactor} from time to time, which the owner of the tables has created. A failure there does not delay loading. Used by
 * one thread.
 */
final class PartitionRoom {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionRoom.class);

    private final String function;
    private final int percent;
    private final long interval;
    private final LongSupplier clock;
    private long next;
    private String told = "";

    /**
     * Calls nothing yet.
     *
     * @param schema that of the function
     * @param percent of a page that is filled at first; 0 if partitions are left as they are
     * @param interval milliseconds between calls
     * @param clock milliseconds since 1970
     * @throws SQLException if the schema is not the name of one
     */
    PartitionRoom(String schema, int percent, long interval, LongSupplier clock) throws SQLException {
        function = Identifiers.quoted(schema) + ".summary_fillfactor";
        this.percent = percent;
        this.interval = interval;
        this.clock = clock;
    }

    /** Calls the function where it is time to. No transaction is open. */
    void keep(Connection connection) {
        final long now = clock.getAsLong();
        if (percent == 0 || now < next) {
            return;
        }
        next = now + interval;
        try (PreparedStatement select = connection.prepareStatement("SELECT * FROM " + function + "(?)")) {
            select.setInt(1, percent);
            final List<String> changed = new ArrayList<>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    changed.add(rows.getString(1));
                }
            }
            if (!changed.isEmpty()) {
                LOG.info("Set the fillfactor of {} to {}", changed, percent);
            }
            told = "";
        } catch (SQLException e) {
            if (!told.equals(e.getSQLState())) {
                LOG.warn(
                        "Cannot set the fillfactor of partitions to {}: {}. scripts/fillfactor --function prints the"
                                + " required function. Rows are loaded nevertheless.",
                        percent,
                        e.getMessage());
            }
            told = String.valueOf(e.getSQLState());
        }
    }
}

package org.usagestreams.testkit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/**
 * Reads all days of the summary's table and their status in one statement, repeatedly, in a separate thread. A state is the revision, the
 * number of rows and a digest of all columns of all rows.
 */
public final class DayWatch {
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Callable<Connection> connections;
    private final String sql;
    private final DayStates states = new DayStates();
    private final Thread thread = new Thread(this::run, "day-watch");
    private volatile boolean running = true;
    private volatile Exception failure;

    private DayWatch(Callable<Connection> connections, String table, String status) {
        this.connections = connections;
        sql = "SELECT source_uuid || ' ' || usage_date, concat_ws(' ', s.epoch, s.revision, r.rows, r.digest)"
                + " FROM (SELECT source_uuid, usage_start AS usage_date, count(*) AS rows, md5(string_agg(t::text, '|' ORDER BY uuid)) AS digest FROM "
                + table + " t GROUP BY 1, 2) r FULL JOIN " + status + " s USING (source_uuid, usage_date)";
        thread.setDaemon(true);
    }

    /**
     * Looks once, and begins to look all the time.
     *
     * @param connections opens a connection
     * @param table that of the rows, with its schema
     * @param status that of the days' status, with its schema
     */
    public static DayWatch start(Callable<Connection> connections, String table, String status) throws Exception {
        final DayWatch watch = new DayWatch(connections, table, status);
        try (Connection connection = connections.call()) {
            watch.states.look(watch.read(connection));
        }
        watch.thread.start();
        return watch;
    }

    /** Looks a last time, and tells what was seen. */
    public DayStates stop() throws Exception {
        running = false;
        thread.join();
        if (failure != null) {
            throw failure;
        }
        try (Connection connection = connections.call()) {
            states.look(read(connection));
        }
        return states;
    }

    private void run() {
        try (Connection connection = connections.call()) {
            while (running) {
                states.look(read(connection));
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (Exception e) {
            // A reader that ends unseen would find nothing.
            failure = e;
        }
    }

    private Map<String, String> read(Connection connection) throws SQLException {
        final Map<String, String> days = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(sql);
                ResultSet rows = select.executeQuery()) {
            while (rows.next()) {
                days.put(rows.getString(1), rows.getString(2));
            }
        }
        return days;
    }
}

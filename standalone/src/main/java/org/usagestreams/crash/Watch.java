package org.usagestreams.crash;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.usagestreams.standalone.Fleet;

/** Reads the table all the time, and notes every row that no sum of whole versions leads to. */
final class Watch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Fleet fleet;
    private final History history;
    private final Thread thread = new Thread(this::run, "watch");
    private final List<String> wrong = new ArrayList<>();
    private final Map<History.Place, Integer> newest = new HashMap<>();
    private volatile boolean running = true;
    private long looks;
    private long changes;
    private long stepsBack;

    Watch(Fleet fleet, History history) {
        this.fleet = fleet;
        this.history = history;
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (running) {
            // PostgreSQL is one of those that are killed.
            try (Connection connection = fleet.postgres()) {
                while (running) {
                    check(read(connection, fleet, history.sources()));
                    LockSupport.parkNanos(LOOK.toNanos());
                }
            } catch (SQLException e) {
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    /** What the table says about each place; those without a row are missing. */
    static Map<History.Place, Integer> read(Connection connection, Fleet fleet, List<String> sources)
            throws SQLException {
        final Map<History.Place, Integer> found = new HashMap<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT source_uuid::text, usage_start, pod_usage_cpu_core_hours FROM "
                        + fleet.settings().text("postgres.schema") + "."
                        + fleet.settings().text("postgres.table")
                        + " WHERE source_uuid::text = ANY (?) AND namespace = '" + Contents.NAMESPACE + "'")) {
            select.setQueryTimeout(10);
            select.setArray(1, connection.createArrayOf("text", sources.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    final int date = rows.getDate(2).toLocalDate().getDayOfMonth() - 1;
                    final BigDecimal hours = rows.getBigDecimal(3);
                    final Contents.Counted counted = Contents.Counted.of(hours);
                    for (final Contents contents : Contents.values()) {
                        final History.Place place = new History.Place(rows.getString(1), date, contents);
                        if (found.put(place, counted.of(contents)) != null) {
                            throw new IllegalStateException("two rows of " + place);
                        }
                    }
                }
            }
        }
        return found;
    }

    private synchronized void check(Map<History.Place, Integer> found) {
        looks++;
        found.forEach((place, version) -> {
            if (!history.isAllowed(place, version)) {
                wrong.add(place + ": " + version + " counts, which was never in the bucket");
            }
            final Integer before = newest.get(place);
            if (before == null || version > before) {
                newest.put(place, version);
                changes++;
            } else if (version > 0 && version < before) {
                stepsBack++;
            }
        });
    }

    /** Rows that should never have been. */
    synchronized List<String> wrong() {
        return List.copyOf(wrong);
    }

    /** How often the table was read. */
    synchronized long looks() {
        return looks;
    }

    /** How many newer versions were seen. */
    synchronized long changes() {
        return changes;
    }

    /** How often an older version was seen than before: a sink that was killed may repeat what it did last. */
    synchronized long stepsBack() {
        return stepsBack;
    }

    @Override
    public void close() {
        running = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

package org.usagestreams.crash;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.usagestreams.standalone.ProcessCluster;

/** Reads whole days continuously, in a separate thread, until it is closed. */
final class Watch implements AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(20);

    private final ProcessCluster cluster;
    private final History history;
    private final Supplier<String> fault;
    private final DayReader reader;
    private final DayTally tally;
    private final Thread thread = new Thread(this::run, "watch");
    private volatile boolean running = true;
    private volatile RuntimeException failure;

    /**
     * Begins to read.
     *
     * @param fault the kind of fault that what is seen now is counted under
     */
    Watch(ProcessCluster cluster, History history, Supplier<String> fault) {
        this.cluster = cluster;
        this.history = history;
        this.fault = fault;
        reader = reader(cluster);
        tally = new DayTally(history::isAllowed);
        thread.setDaemon(true);
        thread.start();
    }

    static DayReader reader(ProcessCluster cluster) {
        return new DayReader(
                cluster.settings().text("postgres.schema") + "."
                        + cluster.settings().text("postgres.table"),
                cluster.settings().text("postgres.status.schema") + ".summary_status");
    }

    private void run() {
        try {
            while (running) {
                lookUntilCutOff();
                LockSupport.parkNanos(LOOK.toNanos());
            }
        } catch (RuntimeException e) {
            // A reader that ends unseen would find nothing.
            failure = e;
        }
    }

    private void lookUntilCutOff() {
        try (Connection connection = cluster.postgres()) {
            while (running) {
                final List<DayLook> days = reader.read(connection, history.sources());
                synchronized (tally) {
                    tally.look(days, history.sources(), fault.get());
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        } catch (SQLException e) {
            // PostgreSQL is one of those that are killed: the next connection is tried.
        }
    }

    /** What was seen, by the kind of fault. */
    Map<String, DayTally.Seen> seen() {
        synchronized (tally) {
            return tally.byFault();
        }
    }

    /** All rows were taken out of the table: each version may be seen once more. Revisions must still not go back. */
    void tableEmptied() {
        synchronized (tally) {
            tally.tableEmptied();
        }
    }

    /** What should never have been, the first of it; also why the reader itself ended. */
    List<String> impossible() {
        final List<String> impossible = new ArrayList<>();
        synchronized (tally) {
            impossible.addAll(tally.impossible());
        }
        if (failure != null) {
            impossible.add("the reader ended: " + failure);
        }
        return impossible;
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

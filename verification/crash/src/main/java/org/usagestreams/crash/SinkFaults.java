package org.usagestreams.crash;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.standalone.ProcessCluster;
import org.usagestreams.standalone.ProcessCluster.Network;
import org.usagestreams.standalone.ProcessCluster.Part;
import org.usagestreams.topics.TopicRole;

/** Faults of the path from the summary topic to PostgreSQL: each is mended before it returns. Used by one thread. */
final class SinkFaults {
    private static final Duration LONGEST = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(5);

    /** How long a transaction is waited for; without uploads there is none. */
    private static final Duration TRANSACTION_WITHIN = Duration.ofSeconds(2);

    /** A worker that was killed stays a member of its group for its session time-out. */
    private static final Duration GROUP_EMPTY_WITHIN = Duration.ofSeconds(20);

    /** More than any transaction of a history sends. */
    private static final double MOST_BYTES = 300_000;

    private final ProcessCluster cluster;
    private final Random random;
    private final Consumer<String> note;
    private final Runnable tableEmptied;

    /**
     * Faults of a cluster.
     *
     * @param note told what is done, before it is done
     * @param tableEmptied told that the rows are gone, while no worker runs
     */
    SinkFaults(ProcessCluster cluster, Random random, Consumer<String> note, Runnable tableEmptied) {
        this.cluster = cluster;
        this.random = random;
        this.note = note;
        this.tableEmptied = tableEmptied;
    }

    /** One of each kind. */
    List<Fault> all() {
        return List.of(
                this::stopPostgresInTransaction,
                this::cutAfterBytes,
                this::cutAfterBytes,
                this::moveTasks,
                this::resetOffsets,
                () -> readFromBeginning(false),
                () -> readFromBeginning(true));
    }

    private void stopPostgresInTransaction() throws IOException {
        note.accept("stop PostgreSQL (immediate) in a transaction");
        awaitTransaction();
        cluster.stopPostgresImmediately();
        rest();
        cluster.revivePostgres();
    }

    private void awaitTransaction() {
        final Instant deadline = Instant.now().plus(TRANSACTION_WITHIN);
        try (Connection connection = cluster.postgres();
                Statement statement = connection.createStatement()) {
            while (Instant.now().isBefore(deadline)) {
                try (ResultSet found = statement.executeQuery("SELECT FROM pg_stat_activity"
                        + " WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()")) {
                    if (found.next()) {
                        return;
                    }
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        } catch (SQLException e) {
            // It is still recovering from the fault before: it is stopped during that.
            return;
        }
    }

    /** Wherever in a transaction that is. */
    private void cutAfterBytes() {
        note.accept("cut the connections to PostgreSQL after some bytes");
        cluster.link(Network.POSTGRES).resetAfter((long) Math.exp(random.nextDouble() * Math.log(MOST_BYTES)));
        rest();
        cluster.link(Network.POSTGRES).restore();
    }

    /** A second worker takes tasks' partitions over; then the first one leaves, and returns, and the second one leaves. */
    private void moveTasks() throws IOException {
        note.accept("move tasks between two workers");
        cluster.start(Part.CONNECT, 1);
        rest();
        end(0);
        rest();
        cluster.start(Part.CONNECT, 0);
        rest();
        end(1);
    }

    private void end(int worker) throws IOException {
        if (random.nextBoolean()) {
            cluster.kill(Part.CONNECT, worker);
        } else {
            cluster.stop(Part.CONNECT, worker);
        }
    }

    private void resetOffsets() throws IOException {
        note.accept("reset the connector's offsets");
        cluster.stop(Part.CONNECT, 0);
        final String group = cluster.settings().text("sink.summary.group.id");
        final String topic = cluster.settings().topics().name(TopicRole.SUMMARY);
        final Map<TopicPartition, OffsetAndMetadata> beginning = IntStream.range(
                        0, cluster.settings().integer("topics.partitions"))
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .collect(Collectors.toMap(partition -> partition, partition -> new OffsetAndMetadata(0)));
        final Instant deadline = Instant.now().plus(GROUP_EMPTY_WITHIN);
        try (Admin admin = Admin.create(cluster.settings().kafkaClient())) {
            while (!isReset(admin, group, beginning)) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IOException("Cannot reset the offsets of " + group + ": it still has members after "
                            + GROUP_EMPTY_WITHIN.toSeconds() + " s.");
                }
                LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
            }
        }
        cluster.start(Part.CONNECT, 0);
    }

    private static boolean isReset(Admin admin, String group, Map<TopicPartition, OffsetAndMetadata> offsets)
            throws IOException {
        try {
            admin.alterConsumerGroupOffsets(group, offsets).all().get(10, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException | TimeoutException e) {
            // Members of before are not gone yet, or the broker is just back.
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /**
     * The sink finds no positions, so it reads its topic from the beginning.
     *
     * @param isEmpty whether the rows are gone, too
     */
    private void readFromBeginning(boolean isEmpty) throws IOException {
        note.accept("read the summary topic from its beginning into " + (isEmpty ? "an empty table" : "a full table"));
        cluster.kill(Part.CONNECT, 0);
        final String status = cluster.settings().text("postgres.status.schema");
        final String rows = cluster.settings().text("postgres.schema") + "."
                + cluster.settings().text("postgres.table");
        try (Connection connection = cluster.postgres();
                Statement statement = connection.createStatement()) {
            // It waits for what the killed worker's transaction still holds.
            statement.execute("TRUNCATE " + status + ".sink_position"
                    + (isEmpty
                            ? ", " + rows + ", " + status + ".summary_status, " + status + ".sink_set_aside, " + status
                                    + ".sink_set_aside_row"
                            : ""));
        } catch (SQLException e) {
            throw new IOException("Cannot empty the tables of the sink", e);
        }
        if (isEmpty) {
            tableEmptied.run();
        }
        rest();
        cluster.start(Part.CONNECT, 0);
    }

    private void rest() {
        LockSupport.parkNanos((long) (LONGEST.toNanos() * random.nextDouble()));
    }
}

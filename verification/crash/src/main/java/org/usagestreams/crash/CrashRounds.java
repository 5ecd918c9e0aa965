package org.usagestreams.crash;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.usagestreams.standalone.CommitSettings;
import org.usagestreams.standalone.ProcessCluster;
import org.usagestreams.standalone.ProcessCluster.Part;
import org.usagestreams.validation.Validation;

/** Rounds of a history with faults. Each must end with the rows that follow from the bucket. */
final class CrashRounds implements AutoCloseable {
    private static final Duration REST = Duration.ofMillis(600);
    private static final Duration BETWEEN_FAULTS = Duration.ofMillis(1_500);
    private static final int FAULTS = 5;
    /** A member that is gone holds its group up for the rebalance time-out, which is five minutes. */
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(7);

    /** Faults of a round that are told. */
    private static final int MOST = 20;

    private static final Duration LOOK = Duration.ofMillis(200);

    private final Path directory;
    private final ProcessCluster cluster;
    private final Faults faults;
    private final BrokerRepairs repairs;
    private final TopicCompaction compaction;
    private final AtomicReference<Watch> watching = new AtomicReference<>();
    private final long seed;
    private final String database;
    private volatile boolean uploading;
    private History before;

    /**
     * The result of a round.
     *
     * @param settled from its last fault and upload until all rows and the ledger were as they have to be
     * @param rows that were compared with what the bucket leads to
     * @param seen what the reader of whole days saw, by the kind of fault
     * @param impossible rows and versions that were seen and can never be
     * @param wrong what was not as it has to be in the end
     */
    record Round(
            long seed,
            int operations,
            List<String> faults,
            Duration settled,
            long rows,
            Map<String, DayTally.Seen> seen,
            List<String> impossible,
            List<String> wrong) {
        boolean isGood() {
            return wrong.isEmpty() && impossible.isEmpty();
        }
    }

    /** Starts a system in a folder. */
    CrashRounds(Path directory, long seed) throws Exception {
        this.directory = directory;
        this.seed = seed;
        final Path catalog = TopicCompaction.writeCatalog(Files.createDirectories(directory));
        cluster = ProcessCluster.start(
                directory.resolve("cluster"),
                ProcessCluster.Options.shortLived(
                        Map.of(
                                "splitter.buffer.bytes",
                                Integer.toString(1 << 20),
                                "splitter.chunk.rows",
                                "5000",
                                "topics.file",
                                catalog.toString()),
                        true));
        cluster.start(Part.INTAKE, 0);
        faults = new Faults(cluster, seed, this::tableEmptied);
        compaction = new TopicCompaction(cluster, catalog);
        repairs = new BrokerRepairs(cluster, faults::note);
        try (Connection connection = cluster.postgres()) {
            database = CommitSettings.read(connection).describe();
        }
    }

    private void tableEmptied() {
        final Watch watch = watching.get();
        if (watch != null) {
            watch.tableEmptied();
        }
    }

    /**
     * The summary topic is compacted hard from now on. The sink reads the topic's configuration when it gets a partition, so its
     * worker is started anew.
     */
    void compactHard() throws IOException {
        compaction.begin();
        cluster.stop(Part.CONNECT);
        cluster.start(Part.CONNECT, 0);
    }

    /** What compaction has left of the summary topic. */
    TopicCompaction.Left left() {
        return compaction.count();
    }

    /** Runs a round; its number makes it another than those before. */
    Round run(int number) throws Exception {
        final History history = new History(cluster, directory.resolve("files"), seed + number);
        final List<String> wrong = new ArrayList<>();
        try (Watch watch = new Watch(cluster, history, faults::last)) {
            watching.set(watch);
            uploading = true;
            final Thread uploads = new Thread(() -> upload(history, wrong), "uploads");
            uploads.start();
            for (int i = 0; i < FAULTS; i++) {
                LockSupport.parkNanos(BETWEEN_FAULTS.toNanos());
                faults.next();
            }
            uploading = false;
            uploads.join();
            final Instant last = Instant.now();
            wrong.addAll(awaitSettled(history));
            final Duration settled = Duration.between(last, Instant.now());
            final Validation.Outcome outcome = new Validation(
                            cluster.settings(), directory.resolve("validation"), "1GB")
                    .run(new Validation.Scope(null, null, null, 10));
            wrong.addAll(outcome.differences());
            before = history;
            return new Round(
                    seed + number,
                    history.operations(),
                    faults.drain(),
                    settled,
                    outcome.expected(),
                    watch.seen(),
                    watch.impossible(),
                    wrong.stream().limit(MOST).toList());
        }
    }

    /** The objects of the round before go at its beginning. */
    private void upload(History history, List<String> wrong) {
        try {
            if (before != null) {
                before.removeAll();
            }
            while (uploading) {
                history.step(REST);
            }
        } catch (Exception e) {
            synchronized (wrong) {
                wrong.add("uploading ended: " + e);
            }
        }
    }

    /** Waits until table and ledger are as they have to be; what they are otherwise. */
    private List<String> awaitSettled(History history) throws SQLException, IOException {
        final Map<History.Place, Integer> expected = new HashMap<>(history.expected());
        final Instant deadline = Instant.now().plus(SETTLED_WITHIN);
        repairs.begin(Instant.now());
        List<String> differing;
        // PostgreSQL is killed no more.
        try (Connection connection = cluster.postgres()) {
            do {
                LockSupport.parkNanos(LOOK.toNanos());
                cluster.requireAlive();
                repairs.look(Instant.now());
                differing = differing(connection, history, expected);
            } while (!differing.isEmpty() && Instant.now().isBefore(deadline));
        }
        return differing;
    }

    private List<String> differing(Connection connection, History history, Map<History.Place, Integer> expected)
            throws SQLException {
        final List<String> differing = new ArrayList<>();
        final DayReader reader = Watch.reader(cluster);
        final Map<History.Place, Integer> found = new HashMap<>();
        for (final DayLook day : reader.read(connection, history.sources())) {
            if (!day.isWhole() || day.impossible() > 0) {
                differing.add("a day is not whole: " + day);
            }
            for (final Contents contents : Contents.values()) {
                found.put(day.place(contents), day.version(contents));
            }
        }
        expected.forEach((place, version) -> {
            final int counts = found.getOrDefault(place, 0);
            if (counts != version) {
                differing.add(place + ": " + counts + " counts, not " + version);
            }
        });
        // A day without rows keeps its status.
        if (before != null && reader.read(connection, before.sources()).stream().anyMatch(day -> day.rows() > 0)) {
            differing.add("rows of removed objects are left");
        }
        differing.addAll(notLoaded(connection, history.keys()));
        return differing;
    }

    /** Of objects that are in the bucket, those whose newest entry in the ledger is not LOADED. */
    private static List<String> notLoaded(Connection connection, List<String> keys) throws SQLException {
        final List<String> found = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT DISTINCT ON (object_key) object_key, state FROM usage.upload_ledger"
                        + " WHERE object_key = ANY (?) ORDER BY object_key, event_at DESC")) {
            final Array wanted = connection.createArrayOf("text", keys.toArray());
            select.setArray(1, wanted);
            try (ResultSet rows = select.executeQuery()) {
                int there = 0;
                while (rows.next()) {
                    there++;
                    if (!"LOADED".equals(rows.getString(2)) && !"SUPERSEDED".equals(rows.getString(2))) {
                        found.add(rows.getString(1) + " is " + rows.getString(2));
                    }
                }
                if (there < keys.size()) {
                    found.add("the ledger knows " + there + " of " + keys.size() + " objects");
                }
            }
        }
        return found;
    }

    /** How PostgreSQL commits, for people. */
    String database() {
        return database;
    }

    @Override
    public void close() throws IOException {
        cluster.close();
    }
}

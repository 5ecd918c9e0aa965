package org.usagestreams.benchmark;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.usagestreams.connectors.ConnectClient;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.standalone.ProcessCluster.Part;
import org.usagestreams.topics.TopicRole;

/**
 * Measures the sink alone, and Debezium's sink for comparison. Both load rows that wait on the summary topic while nothing else runs: first
 * new rows, then the same rows with other amounts.
 */
final class SinkBenchmark {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final Duration LOOK = Duration.ofMillis(100);
    /** Offsets at the end of a partition that belong to no record. */
    private static final int MARKERS = 2;

    private static final String TWIN = "loaded_by_debezium";

    /** As many indexes as cost management's table has, of the same kinds, on columns that our table has as well. */
    private static final List<String> INDEXES = List.of(
            "(usage_start)",
            "(namespace varchar_pattern_ops)",
            "(node varchar_pattern_ops)",
            "(data_source)",
            "(persistentvolumeclaim)",
            "(storageclass)",
            "USING gin (all_labels)",
            "USING gin (pod_labels)",
            "USING gin (volume_labels)");

    private final Bench bench;
    private final Path data;
    private final Consumer<String> says;
    private final UpsertBaseline upserts;
    private final ConnectClient connect;
    private final String own;
    private final Map<String, String> debezium;

    /** Measures on a running system, with files from a folder. */
    SinkBenchmark(Bench bench, Path data, Consumer<String> says) {
        this.bench = bench;
        this.data = data;
        this.says = says;
        upserts = new UpsertBaseline(bench, data);
        connect = new ConnectClient(URI.create(bench.cluster().connectUrl()));
        own = bench.cluster().settings().text("sink.summary.group.id").substring("connect-".length());
        debezium = new HashMap<>(SinkDefinition.jdbc(
                bench.cluster().settings()::reference,
                role -> bench.cluster().settings().topics().name(TopicRole.valueOf(role))));
        debezium.put("collection.name.format", bench.cluster().settings().text("postgres.schema") + "." + TWIN);
    }

    /** The table that is loaded, in the order in which they are measured. */
    enum Table {
        PLAIN("primary key only, fillfactor 45", 45),
        INDEXED("nine indexes, fillfactor 100", 100),
        INDEXED_WITH_ROOM("nine indexes, fillfactor 45", 45);

        private final String title;
        private final int fillfactor;

        Table(String title, int fillfactor) {
            this.title = title;
            this.fillfactor = fillfactor;
        }
    }

    /**
     * The cost of a load.
     *
     * @param sink which one, for people
     * @param table what it loaded into, for people
     * @param isNew whether the rows were new; else each was there with other amounts
     * @param seconds from the moment at which the sink may go on until the last row is committed
     * @param workerCpu CPU seconds of the Connect worker
     * @param postgresCpu CPU seconds of PostgreSQL
     */
    record Load(
            String sink, String table, boolean isNew, long rows, double seconds, double workerCpu, double postgresCpu) {
        double rate() {
            return rows / seconds;
        }
    }

    List<Load> run() throws Exception {
        final List<Load> loads = new ArrayList<>();
        bench.target().twin(TWIN);
        connect.put(debezium.get("name"), debezium);
        warmUp();
        for (final Table table : Table.values()) {
            pause(true, own, debezium.get("name"));
            prepare(table);
            for (int hour = 0; hour < 2; hour++) {
                upload(hour);
                loads.add(load(own, "own", bench.target().table(), table, hour == 0));
                loads.add(load(debezium.get("name"), "Debezium's", twin(TWIN), table, hour == 0));
                if (table == Table.PLAIN) {
                    loads.addAll(baseline(table, hour == 0));
                }
            }
            pause(false, own, debezium.get("name"));
            bench.target().clear(TIMEOUT);
        }
        return loads;
    }

    /** Both sinks load a day, so that neither is measured while its code is compiled. */
    private void warmUp() throws Exception {
        final Workload.ReportFile file = Scale.ROWS_1M
                .workload()
                .hour(0)
                .write(data, List.of("pod_usage"))
                .get(0);
        bench.target().upload(file);
        bench.target().await(List.of(file.key()), "LOADED", TIMEOUT);
        awaitRead(debezium.get("name"));
        bench.target().clear(TIMEOUT);
    }

    private String twin(String name) {
        return bench.cluster().settings().text("postgres.schema") + "." + name;
    }

    private void prepare(Table table) throws SQLException {
        try (Statement statement = bench.target().postgres().createStatement()) {
            for (final String name : List.of(bench.target().table(), twin(TWIN))) {
                statement.execute("TRUNCATE " + name);
                statement.execute("ALTER TABLE " + name + " SET (fillfactor = " + table.fillfactor + ")");
                if (table == Table.INDEXED) {
                    // The next kind of table keeps them.
                    for (final String index : INDEXES) {
                        statement.execute("CREATE INDEX ON " + name + " " + index);
                    }
                }
            }
        }
        upserts.prepare(table.fillfactor);
    }

    /** One line item of each pod and day, so that each becomes a row. */
    private void upload(int hour) throws Exception {
        final Workload days = Scale.ROWS_10M.workload();
        final Workload workload = new Workload(days.name(), days.pods(), days.from(), days.days(), hour, 1);
        final Workload.ReportFile file =
                workload.write(data, List.of("pod_usage")).get(0);
        bench.target().upload(file);
        bench.target().await(List.of(file.key()), "COUNTED", TIMEOUT);
    }

    private Load load(String connector, String sink, String name, Table table, boolean isNew) throws Exception {
        final double worker = cpu(Part.CONNECT);
        final double postgres = postgresCpu();
        final Instant start = Instant.now();
        pause(false, connector);
        final Workload days = Scale.ROWS_10M.workload();
        // Each node has a row of what its pods do not use.
        final long rows = (long) (days.pods() + days.nodes()) * days.days();
        awaitRead(connector);
        final double workerAfter = cpu(Part.CONNECT);
        final double postgresAfter = postgresCpu();
        final Load load = new Load(
                sink,
                table.title,
                isNew,
                rows,
                Sample.seconds(start, lastWritten(name, start, rows)),
                workerAfter - worker,
                postgresAfter - postgres);
        pause(true, connector);
        tell(load);
        return load;
    }

    /** What one connection takes for the same rows, as a bound. */
    private List<Load> baseline(Table table, boolean isNew) throws SQLException, IOException {
        final List<Load> loads = List.of(
                upsert("upsert of what Debezium's staged", table, isNew, upserts.fromTable(twin(TWIN))),
                upsert("by hand: COPY and upsert", table, isNew, upserts.byHand(twin(TWIN))));
        loads.forEach(this::tell);
        return loads;
    }

    private static Load upsert(String title, Table table, boolean isNew, UpsertBaseline.Upsert upsert) {
        return new Load(title, table.title, isNew, upsert.rows(), upsert.seconds(), 0, upsert.postgresCpu());
    }

    private void tell(Load load) {
        says.accept(String.format(
                Locale.ROOT,
                "%s, %s, %s rows: %.0f rows/s, CPU s: worker %.1f, PostgreSQL %.1f",
                load.sink(),
                load.table(),
                load.isNew() ? "new" : "existing",
                load.rate(),
                load.workerCpu(),
                load.postgresCpu()));
    }

    private void pause(boolean pause, String... connectors) throws IOException, InterruptedException {
        for (final String connector : connectors) {
            bench.target().pause(connector, pause);
            if (pause) {
                awaitPaused(connector);
            }
        }
    }

    private void awaitPaused(String connector) throws IOException, InterruptedException {
        final Instant deadline = Instant.now().plus(TIMEOUT);
        while (!connect.taskStates(connector).stream().allMatch("PAUSED"::equals)) {
            if (Instant.now().isAfter(deadline)) {
                throw new IllegalStateException(connector + " did not pause within " + TIMEOUT);
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    /** Counting rows again and again would take as much of PostgreSQL as the load, so the sink's offsets tell when it is done. */
    private void awaitRead(String connector) throws Exception {
        final Instant deadline = Instant.now().plus(TIMEOUT);
        try (Admin admin = Admin.create(bench.cluster().settings().kafkaClient())) {
            while (!isRead(admin, "connect-" + connector)) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException(connector + " did not read all rows within " + TIMEOUT);
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    /** When the last of so many rows was committed, all of them since then. */
    private Instant lastWritten(String table, Instant since, long rows) throws SQLException {
        try (Connection connection = bench.cluster().postgres();
                PreparedStatement select = connection.prepareStatement("SELECT count(*), max(at) FROM (SELECT"
                        + " pg_xact_commit_timestamp(xmin) AS at FROM " + table + ") written WHERE at > ?")) {
            select.setTimestamp(1, Timestamp.from(since));
            try (ResultSet found = select.executeQuery()) {
                found.next();
                if (found.getLong(1) != rows) {
                    throw new IllegalStateException(
                            table + " has " + found.getLong(1) + " rows written since " + since + ", not " + rows);
                }
                return found.getTimestamp(2).toInstant();
            }
        }
    }

    /** Whether a group has read the summary topic, but for markers of transactions. */
    private boolean isRead(Admin admin, String group) throws Exception {
        final var committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        final var ends = admin.listOffsets(committed.keySet().stream()
                        .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest())))
                .all()
                .get();
        return !committed.isEmpty()
                && committed.entrySet().stream()
                        .allMatch(offset -> ends.get(offset.getKey()).offset()
                                        - offset.getValue().offset()
                                <= MARKERS);
    }

    private double cpu(Part part) {
        return ProcessUsage.cpuSeconds(bench.cluster().pid(part));
    }

    private double postgresCpu() throws IOException {
        return ProcessUsage.treeCpuSeconds(bench.cluster().postgresPid());
    }

    /** The loads as lines of a table of Markdown. */
    static List<String> lines(List<Load> loads) {
        return Stream.concat(
                        Stream.of(
                                "| sink | table | rows | rows/s | CPU s of the worker | CPU s of PostgreSQL |",
                                "| --- | --- | --- | ---: | ---: | ---: |"),
                        loads.stream()
                                .map(load -> String.format(
                                        Locale.ROOT,
                                        "| %s | %s | %,d %s | %,.0f | %.1f | %.1f |",
                                        load.sink(),
                                        load.table(),
                                        load.rows(),
                                        load.isNew() ? "new" : "existing",
                                        load.rate(),
                                        load.workerCpu(),
                                        load.postgresCpu())))
                .collect(Collectors.toList());
    }
}

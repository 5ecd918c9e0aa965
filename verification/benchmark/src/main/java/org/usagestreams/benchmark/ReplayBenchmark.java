package org.usagestreams.benchmark;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.standalone.ProcessCluster.Part;
import org.usagestreams.topics.TopicRole;

/** Each kind of replay of a month. The table must not change, not even the transactions that wrote its rows. */
final class ReplayBenchmark {
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final LocalDate FIRST = LocalDate.of(2026, 10, 1);
    private static final int DAYS = 30;

    /** Chosen to give a month of ten million line items. */
    private static final int PODS = 134 * Workload.PODS_PER_NODE;

    private final Bench bench;
    private final Path data;
    private final Consumer<String> says;

    /** Measures on a running system, with files from a folder. */
    ReplayBenchmark(Bench bench, Path data, Consumer<String> says) {
        this.bench = bench;
        this.data = data;
        this.says = says;
    }

    /** Seconds by kind of replay. */
    record Replays(long lineItems, long rows, Map<String, Double> seconds) {}

    Replays run() throws Exception {
        final Map<String, Double> seconds = new LinkedHashMap<>();
        final List<String> keys = new ArrayList<>();
        long lineItems = 0;
        bench.target().publishReference(List.of(day(0).source()));
        for (int number = 0; number < DAYS; number++) {
            final Workload day = day(number);
            final Workload.ReportFile file = new Workload("replay-" + number, PODS, day.from(), 1, 0, 24)
                    .write(data, List.of("pod_usage"))
                    .get(0);
            lineItems += day.podRows();
            final String key = day.key("pod_usage");
            bench.target().upload(new Workload.ReportFile("pod_usage", file.file(), key));
            keys.add(key);
        }
        bench.target().await(keys, "LOADED", TIMEOUT);
        bench.validate();
        final String before = fingerprint();
        final long rows = bench.target().rows();

        add(seconds, "`--days`, from state", before, () -> replay("--days"));
        add(seconds, "`--from-bucket`, splitting the objects again", before, () -> replay("--from-bucket"));
        bench.cluster().stop(Part.STORE);
        final Duration reading = fromTopic();
        says(seconds, "`--from-topic`, without the store, from the processor's start", before, reading);
        bench.cluster().start(Part.STORE, 0);
        add(
                seconds,
                "`--new-version`, beside the other, and comparing",
                before,
                () -> replay("--new-version", "beside"));
        return new Replays(lineItems, rows, seconds);
    }

    /** One cluster's. */
    private static Workload day(int number) {
        return new Workload("replay", PODS, FIRST.plusDays(number), 1, 0, 24);
    }

    private void add(Map<String, Double> seconds, String name, String before, Runnable replay) throws SQLException {
        final Instant start = Instant.now();
        replay.run();
        says(seconds, name, before, Duration.between(start, Instant.now()));
    }

    private void says(Map<String, Double> seconds, String name, String before, Duration passed) throws SQLException {
        final String after = fingerprint();
        if (!after.equals(before)) {
            throw new IllegalStateException(name + " changed the table: " + before + " before, " + after + " after");
        }
        seconds.put(name, passed.toMillis() / 1e3);
        says.accept(String.format(Locale.ROOT, "replay %s: %.1f s", name, passed.toMillis() / 1e3));
    }

    private Duration fromTopic() throws Exception {
        bench.cluster().stop(Part.PROCESSOR);
        final CompletableFuture<Void> replay = CompletableFuture.runAsync(() -> replay("--from-topic"));
        awaitSetBack();
        final Instant start = Instant.now();
        bench.startProcessor(Map.of());
        replay.get();
        return Duration.between(start, Instant.now());
    }

    private void awaitSetBack() throws Exception {
        final String chunks = bench.cluster().settings().topics().name(TopicRole.CHUNKS);
        final Instant deadline = Instant.now().plus(TIMEOUT);
        try (Admin admin = Admin.create(bench.cluster().settings().kafkaClient())) {
            while (admin
                    .listConsumerGroupOffsets("usage-summary")
                    .partitionsToOffsetAndMetadata()
                    .get()
                    .entrySet()
                    .stream()
                    .anyMatch(offset -> offset.getKey().topic().equals(chunks)
                            && offset.getValue().offset() > 0)) {
                if (Instant.now().isAfter(deadline)) {
                    throw new IllegalStateException("The offsets of the group were not reset within " + TIMEOUT);
                }
                LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
            }
        }
    }

    private void replay(String... kind) {
        final List<String> arguments = new ArrayList<>(List.of("replay"));
        arguments.addAll(List.of(kind));
        arguments.addAll(List.of("-c", bench.cluster().settingsFile().toString()));
        final int code = CommandRunner.run(new Main(), arguments.toArray(String[]::new));
        if (code != 0) {
            throw new IllegalStateException(String.join(" ", kind) + " ended with " + code);
        }
    }

    /** A digest of all rows and columns, and of the transactions that wrote them. */
    private String fingerprint() throws SQLException {
        try (Statement statement = bench.target().postgres().createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT count(*), md5(string_agg(md5(t::text || t.xmin::text), ''"
                                + " ORDER BY uuid)) FROM " + bench.target().table() + " t")) {
            row.next();
            return row.getLong(1) + " rows " + row.getString(2);
        }
    }
}

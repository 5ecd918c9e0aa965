package org.usagestreams.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Measures the time from the end of an upload until its rows are visible. Clusters upload as in production: once an hour, into the same
 * day.
 */
final class LatencyBenchmark {
    static final int SMALL_CLUSTERS = 50;

    private static final int HOURS = 24;
    private static final int LARGE_NODES = 216;
    private static final int SMALL_PODS = 100;
    /** With an upload each hour, that is 120 uploads. */
    private static final int ALONE_CLUSTERS = 5;

    private static final int UPLOADERS = 8;
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final List<String> POD_REPORT = List.of("pod_usage");

    private final Bench bench;
    private final Path data;
    private final Consumer<String> says;

    /** Measures on a running system, with files from a folder. */
    LatencyBenchmark(Bench bench, Path data, Consumer<String> says) {
        this.bench = bench;
        this.data = data;
        this.says = says;
    }

    /**
     * The results, in seconds.
     *
     * @param large of one cluster with 22 k pods, by hour; every upload changes every row of the day
     * @param alone of small uploads, each while nothing else happens
     * @param small of many small clusters that upload at the same time
     */
    record Latencies(List<Double> large, Small alone, Small small) {}

    /**
     * Small uploads, in seconds.
     *
     * @param visible from each upload's end to its rows visible
     * @param loaded from the commit of the pass that published them to LOADED, as the ledger has it
     */
    record Small(List<Double> visible, List<Double> loaded) {}

    Latencies run(int days) throws Exception {
        final List<Double> large = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            large.addAll(large());
            bench.validate();
            bench.target().clear(TIMEOUT);
        }
        final List<Workload> clusters = new ArrayList<>();
        final List<Double> alone = new ArrayList<>();
        for (int i = 0; i < ALONE_CLUSTERS; i++) {
            clusters.add(cluster("alone-" + i));
            alone.addAll(hours(clusters.subList(i, i + 1)));
        }
        final Small one = small(clusters, alone, SMALL_PODS + " rows an hour alone");
        final List<Workload> many = smallClusters();
        final Small all =
                small(many, hours(many), SMALL_CLUSTERS + " clusters at once, " + SMALL_PODS + " rows an hour each");
        return new Latencies(large, one, all);
    }

    private Small small(List<Workload> clusters, List<Double> visible, String title) throws Exception {
        bench.validate();
        final List<Double> loaded = bench.target()
                .publishedToLoaded(clusters.stream().map(Workload::source).toList());
        says.accept(title + ": " + Sample.of(visible).latencies());
        says.accept("from published to LOADED: " + Sample.of(loaded).latencies());
        bench.target().clear(TIMEOUT);
        return new Small(visible, loaded);
    }

    /** The sources of all clusters. */
    static List<String> sources() {
        final List<String> sources = new ArrayList<>();
        sources.add(largeCluster().source());
        IntStream.range(0, ALONE_CLUSTERS)
                .forEach(i -> sources.add(cluster("alone-" + i).source()));
        smallClusters().forEach(cluster -> sources.add(cluster.source()));
        return sources;
    }

    private static Workload largeCluster() {
        return Workload.ofNodes("hourly", LARGE_NODES, 1);
    }

    private static List<Workload> smallClusters() {
        return IntStream.range(0, SMALL_CLUSTERS)
                .mapToObj(i -> cluster("small-" + i))
                .toList();
    }

    private static Workload cluster(String name) {
        final Workload nodes = Workload.ofNodes(name, 1, 1);
        return new Workload(nodes.name(), SMALL_PODS, nodes.from(), 1, 0, HOURS);
    }

    private List<Double> large() throws Exception {
        final Workload cluster = largeCluster();
        final List<Double> seconds = new ArrayList<>();
        for (int hour = 0; hour < HOURS; hour++) {
            final Workload.ReportFile file =
                    cluster.hour(hour).write(data, POD_REPORT).get(0);
            final Instant uploaded = bench.target().upload(file);
            bench.target().await(List.of(file.key()), "LOADED", TIMEOUT);
            seconds.add(Sample.seconds(uploaded, bench.target().lastVisible().get(cluster.source())));
        }
        says.accept("one cluster, 22,464 rows per hour: " + Sample.of(seconds).latencies());
        return seconds;
    }

    /** Each hour is uploaded by all clusters at once, when the one before is LOADED. */
    private List<Double> hours(List<Workload> clusters) throws Exception {
        final List<Double> seconds = new ArrayList<>();
        final ExecutorService uploaders = Executors.newFixedThreadPool(UPLOADERS);
        try {
            for (int hour = 0; hour < HOURS; hour++) {
                final List<String> keys = new ArrayList<>();
                final Map<String, Instant> uploaded = new ConcurrentHashMap<>();
                final List<Callable<Void>> uploads = new ArrayList<>();
                for (final Workload cluster : clusters) {
                    final Workload.ReportFile file =
                            cluster.hour(hour).write(data, POD_REPORT).get(0);
                    keys.add(file.key());
                    uploads.add(() -> {
                        uploaded.put(cluster.source(), bench.target().upload(file));
                        return null;
                    });
                }
                for (final Future<Void> upload : uploaders.invokeAll(uploads)) {
                    upload.get();
                }
                bench.target().await(keys, "LOADED", TIMEOUT);
                final Map<String, Instant> visible = bench.target().lastVisible();
                uploaded.forEach((source, end) -> seconds.add(Sample.seconds(end, visible.get(source))));
            }
        } finally {
            uploaders.shutdownNow();
        }
        return seconds;
    }
}

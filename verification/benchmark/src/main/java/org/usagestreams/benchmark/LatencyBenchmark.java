package org.usagestreams.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** From each upload's end to its rows visible, as clusters live: an upload an hour, each into the same day. */
final class LatencyBenchmark {
    static final int SMALL_CLUSTERS = 50;

    private static final int HOURS = 24;
    private static final int LARGE_NODES = 216;
    private static final int SMALL_PODS = 100;
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
     * What was measured, in seconds.
     *
     * @param large of one cluster with 22 k pods, by hour; every upload changes every row of the day
     * @param small of many small clusters that upload at the same time
     * @param loaded of these, from the commit of the pass that published them to LOADED, as the ledger has it
     */
    record Latencies(List<Double> large, List<Double> small, List<Double> loaded) {}

    Latencies run(int days) throws Exception {
        final List<Double> large = new ArrayList<>();
        for (int day = 0; day < days; day++) {
            large.addAll(large());
            bench.validate();
            bench.target().clear(TIMEOUT);
        }
        final List<Double> small = small();
        bench.validate();
        final List<Double> loaded = bench.target()
                .publishedToLoaded(IntStream.range(0, SMALL_CLUSTERS)
                        .mapToObj(i -> smallCluster(i).source())
                        .toList());
        says.accept("from published to LOADED: " + text(loaded));
        bench.target().clear(TIMEOUT);
        return new Latencies(large, small, loaded);
    }

    /** The sources of all clusters. */
    static List<String> sources() {
        final List<String> sources = new ArrayList<>();
        sources.add(largeCluster().source());
        IntStream.range(0, SMALL_CLUSTERS)
                .forEach(i -> sources.add(smallCluster(i).source()));
        return sources;
    }

    private static Workload largeCluster() {
        return Workload.ofNodes("hourly", LARGE_NODES, 1);
    }

    private static Workload smallCluster(int number) {
        final Workload nodes = Workload.ofNodes("small-" + number, 1, 1);
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
        says.accept("one cluster, 22,464 rows an hour: " + text(seconds));
        return seconds;
    }

    private List<Double> small() throws Exception {
        final List<Double> seconds = new ArrayList<>();
        final ExecutorService uploaders = Executors.newFixedThreadPool(UPLOADERS);
        try {
            for (int hour = 0; hour < HOURS; hour++) {
                final List<Workload.ReportFile> files = new ArrayList<>();
                final List<String> sources = new ArrayList<>();
                for (int i = 0; i < SMALL_CLUSTERS; i++) {
                    files.add(smallCluster(i).hour(hour).write(data, POD_REPORT).get(0));
                    sources.add(smallCluster(i).source());
                }
                final Map<String, Instant> uploaded = new ConcurrentHashMap<>();
                final List<Callable<Void>> uploads = new ArrayList<>();
                for (int i = 0; i < SMALL_CLUSTERS; i++) {
                    final int cluster = i;
                    uploads.add(() -> {
                        uploaded.put(sources.get(cluster), bench.target().upload(files.get(cluster)));
                        return null;
                    });
                }
                for (final Future<Void> upload : uploaders.invokeAll(uploads)) {
                    upload.get();
                }
                bench.target()
                        .await(files.stream().map(Workload.ReportFile::key).toList(), "LOADED", TIMEOUT);
                final Map<String, Instant> visible = bench.target().lastVisible();
                uploaded.forEach((source, end) -> seconds.add(Sample.seconds(end, visible.get(source))));
            }
        } finally {
            uploaders.shutdownNow();
        }
        says.accept(SMALL_CLUSTERS + " clusters at once, " + SMALL_PODS + " rows an hour each: " + text(seconds));
        return seconds;
    }

    private static String text(List<Double> seconds) {
        final Sample sample = Sample.of(seconds);
        return String.format(
                Locale.ROOT,
                "p50 %.2f s, p99 %.2f s, greatest %.2f s of %d",
                sample.median(),
                sample.quantile(0.99),
                sample.greatest(),
                seconds.size());
    }
}

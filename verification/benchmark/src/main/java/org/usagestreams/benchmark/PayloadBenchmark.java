package org.usagestreams.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import org.usagestreams.benchmark.stage.PayloadData;
import org.usagestreams.standalone.ProcessCluster.Part;

/** From the end of a payload's upload to its rows: one large payload alone, and the hourly ones of many clusters at once. */
final class PayloadBenchmark {
    static final int CLUSTERS = 30;
    static final int HOURS = 6;
    static final int SMALL_PODS = 240;

    private static final int LARGE_PODS = 10_400;
    private static final int HOURS_OF_A_DAY = 24;
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final Bench bench;
    private final Path data;
    private final Consumer<String> says;

    /** Measures on a running system, with files from a folder. */
    PayloadBenchmark(Bench bench, Path data, Consumer<String> says) {
        this.bench = bench;
        this.data = data;
        this.says = says;
    }

    /**
     * The results, in seconds.
     *
     * @param largeRows line items of the large payload
     * @param largeBytes of its contents
     * @param large of the large payload, until its last row was visible
     * @param hourly of each payload of many clusters, until it was LOADED as the ledger has it
     * @param peakBytes greatest resident memory of the intake
     */
    record Payloads(long largeRows, long largeBytes, List<Double> large, List<Double> hourly, long peakBytes) {}

    Payloads run(int runs) throws Exception {
        final List<String> sources = new ArrayList<>();
        for (int i = 0; i <= CLUSTERS; i++) {
            sources.add(source(i));
        }
        bench.target().publishReference(sources);
        bench.cluster().start(Part.INTAKE, 0);
        final PayloadData large = new PayloadData(new UUID(0, 1), clusterId(0), LARGE_PODS, HOURS_OF_A_DAY);
        final Path archive = Files.createDirectories(data).resolve("payload-large.tar.gz");
        final long bytes = large.write(archive, Deflater.DEFAULT_COMPRESSION);
        final List<Double> seconds = new ArrayList<>();
        for (int run = 0; run < runs; run++) {
            final Workload.ReportFile file =
                    new Workload.ReportFile("payload", archive, "payloads/org1234567/large-" + run + ".tar.gz");
            final Instant uploaded = bench.target().upload(file);
            bench.target().await(List.of(file.key()), "LOADED", TIMEOUT);
            seconds.add(Sample.seconds(uploaded, bench.target().lastVisible().get(source(0))));
            bench.validate();
            bench.target().clear(TIMEOUT);
        }
        says.accept(String.format(
                Locale.ROOT,
                "a payload of %.0f MB, %d rows: %s",
                bytes / 1e6,
                large.rows(),
                Sample.of(seconds).latencies()));
        final List<Double> hourly = hourly();
        bench.validate();
        final long peak = bench.peakBytes().get(Part.INTAKE.title());
        bench.target().clear(TIMEOUT);
        return new Payloads(large.rows(), bytes, seconds, hourly, peak);
    }

    private static String source(int number) {
        return new UUID(0x9000, number).toString();
    }

    /** As {@link Target#publishReference} names it. */
    private static String clusterId(int number) {
        return "cluster-" + source(number).substring(0, 8);
    }

    /** Each cluster sends the day so far, hour by hour, without waiting for the one before. */
    private List<Double> hourly() throws Exception {
        final List<Callable<Void>> uploads = new ArrayList<>();
        final List<String> keys = new ArrayList<>();
        for (int i = 1; i <= CLUSTERS; i++) {
            final List<Workload.ReportFile> files = new ArrayList<>();
            for (int hour = 1; hour <= HOURS; hour++) {
                final Path archive = data.resolve("payload-" + i + "-" + hour + ".tar.gz");
                new PayloadData(new UUID(i, hour), clusterId(i), SMALL_PODS, hour)
                        .write(archive, Deflater.DEFAULT_COMPRESSION);
                files.add(new Workload.ReportFile("payload", archive, key(i, hour)));
                keys.add(key(i, hour));
            }
            uploads.add(() -> {
                for (final Workload.ReportFile file : files) {
                    bench.target().upload(file);
                }
                return null;
            });
        }
        final ExecutorService uploaders = Executors.newFixedThreadPool(CLUSTERS);
        try {
            for (final Future<Void> upload : uploaders.invokeAll(uploads)) {
                upload.get();
            }
        } finally {
            uploaders.shutdownNow();
        }
        bench.target().await(keys, "LOADED", TIMEOUT);
        final List<Double> seconds = new ArrayList<>();
        for (int i = 1; i <= CLUSTERS; i++) {
            seconds.addAll(inOrder(i));
        }
        says.accept(CLUSTERS + " clusters at once, " + HOURS + " payloads each: "
                + Sample.of(seconds).latencies());
        return seconds;
    }

    private static String key(int cluster, int hour) {
        return "payloads/org1234567/" + cluster + "-" + hour + ".tar.gz";
    }

    /** Seconds from the upload of each payload of a cluster to LOADED; fails where a later one was loaded before an earlier one. */
    private List<Double> inOrder(int cluster) throws Exception {
        final List<Double> seconds = new ArrayList<>();
        try (PreparedStatement select = bench.target()
                .postgres()
                .prepareStatement("SELECT extract(epoch FROM loaded_at - uploaded_at), loaded_at < lag(loaded_at) OVER"
                        + " (ORDER BY event_at, object_key) FROM usage.upload_ledger WHERE object_key LIKE ?"
                        + " ORDER BY event_at, object_key")) {
            select.setString(1, "payloads/org1234567/" + cluster + "-%");
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    seconds.add(rows.getDouble(1));
                    if (rows.getBoolean(2)) {
                        throw new IllegalStateException("payload " + seconds.size() + " of cluster " + cluster
                                + " was loaded before the previous one");
                    }
                }
            }
        }
        return seconds;
    }
}

package org.usagestreams.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/** The sink by itself: rows that wait on the summary topic, loaded while nothing else happens. */
final class SinkBenchmark {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final Bench bench;
    private final Path data;
    private final Consumer<String> says;

    /** Measures on a running system, with files from a folder. */
    SinkBenchmark(Bench bench, Path data, Consumer<String> says) {
        this.bench = bench;
        this.data = data;
        this.says = says;
    }

    /** Rows a second: new ones, then the same again with other amounts. */
    record Rates(double inserted, double updated) {}

    Rates run() throws Exception {
        final Workload workload = Scale.ROWS_1M.workload();
        // The second hour changes every row.
        final double inserted = load(workload.hour(0));
        final double updated = load(workload.hour(1));
        bench.target().clear(TIMEOUT);
        says.accept(
                String.format(Locale.ROOT, "sink alone: %.0f rows/s inserted, %.0f rows/s updated", inserted, updated));
        return new Rates(inserted, updated);
    }

    private double load(Workload workload) throws Exception {
        final Workload.ReportFile file =
                workload.write(data, List.of("pod_usage")).get(0);
        bench.target().pauseSink(true);
        bench.target().upload(file);
        bench.target().await(List.of(file.key()), "COUNTED", TIMEOUT);
        final Instant start = Instant.now();
        bench.target().pauseSink(false);
        bench.target().await(List.of(file.key()), "LOADED", TIMEOUT);
        final Instant visible = bench.target().lastVisible().get(workload.source());
        return bench.target().rows() / Sample.seconds(start, visible);
    }
}

package org.usagestreams.benchmark;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import org.usagestreams.standalone.ProcessCluster;

/**
 * Measures the time from the end of the last upload until the last row is visible, at each scale, and a batch job of DuckDB in the same
 * run.
 */
final class ScaleBenchmark {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    private final Bench bench;
    private final Path data;
    private final Consumer<String> says;

    /**
     * Measures on a running system.
     *
     * @param data folder of generated files
     * @param says hears what was measured
     */
    ScaleBenchmark(Bench bench, Path data, Consumer<String> says) {
        this.bench = bench;
        this.data = data;
        this.says = says;
    }

    /**
     * One run.
     *
     * @param seconds from the last upload's end to the last row visible
     * @param rowsOut rows in the table
     * @param passed seconds that passed until the last object was split, until its last chunk was in state, until the last
     *     day was summarised, and until the last row was visible, each since the one before
     * @param stages seconds that each stage was busy
     * @param cpuSeconds by part
     * @param peakBytes by part
     */
    record Run(
            Scale scale,
            int threads,
            double seconds,
            long lineItems,
            long rowsOut,
            Map<String, Double> passed,
            Map<String, Double> stages,
            Map<String, Double> cpuSeconds,
            Map<String, Long> peakBytes,
            Baseline.Time baseline) {}

    /** Starts the processor anew with so many threads, and makes the system warm. */
    void use(int threads) throws Exception {
        use(Map.of("summary.threads", Integer.toString(threads)));
    }

    /** Starts the processor anew with the documented defaults. */
    void useDefaults() throws Exception {
        use(Map.of());
    }

    private void use(Map<String, String> settings) throws Exception {
        bench.restartProcessor(settings);
        final Workload small = Scale.ROWS_22K.workload();
        for (int i = 0; i < 2; i++) {
            load(small.writeAll(data), TIMEOUT);
            bench.target().clear(TIMEOUT);
        }
    }

    /** Uploads, waits, validates, and has the baseline do the same. */
    Run run(Scale scale, int threads) throws Exception {
        final Workload workload = scale.workload();
        final List<Workload.ReportFile> files = workload.writeAll(data);
        bench.resetPeaks();
        final Map<String, Double> before = bench.cpuSeconds();
        final Instant start = Instant.now();
        final Instant uploaded = load(files, TIMEOUT);
        final Map<String, Double> cpu = new LinkedHashMap<>();
        bench.cpuSeconds().forEach((part, seconds) -> cpu.put(part, seconds - before.get(part)));
        final Map<String, Long> memory = bench.peakBytes();
        final Instant visible = bench.target().lastVisible().values().stream()
                .max(Instant::compareTo)
                .orElseThrow();
        bench.events().settle();
        final Map<String, Double> stages = stages(start, visible);
        final Map<String, Double> passed = passed(start, uploaded, visible);
        final long rows = bench.validate().found();
        final Baseline.Time baseline = new Baseline(
                        bench.directory(),
                        bench.target().twin("baseline"),
                        Target.referenceRows(List.of(workload.source())))
                .run(files, bench.target().postgres());
        bench.target().clear(TIMEOUT);
        final Run run = new Run(
                scale,
                threads,
                Sample.seconds(uploaded, visible),
                workload.lineItems(),
                rows,
                passed,
                stages,
                cpu,
                memory,
                baseline);
        says.accept(String.format(
                Locale.ROOT,
                "%s, %d threads: %d line items to %d rows in %.2f s, all %d validated; baseline %.2f s (%.2f + %.2f); %s %s",
                scale.title(),
                threads,
                run.lineItems(),
                rows,
                run.seconds(),
                rows,
                baseline.total(),
                baseline.summarise(),
                baseline.load(),
                text(passed),
                text(stages)));
        return run;
    }

    /** Uploads, and waits until all is in PostgreSQL; when the last upload had ended. */
    private Instant load(List<Workload.ReportFile> files, Duration timeout) throws Exception {
        Instant uploaded = Instant.MIN;
        for (final Workload.ReportFile file : files) {
            uploaded = bench.target().upload(file);
        }
        bench.target().await(files.stream().map(Workload.ReportFile::key).toList(), "LOADED", timeout);
        return uploaded;
    }

    private Map<String, Double> passed(Instant from, Instant uploaded, Instant visible) {
        final Instant split = last(bench.events().of("ObjectSplit", from, visible));
        final Instant stored = last(bench.events().of("ChunkStored", from, visible));
        final Instant summarised = last(bench.events().of("DaySummarised", from, visible));
        final Map<String, Double> passed = new LinkedHashMap<>();
        passed.put("notify, read and split", Sample.seconds(uploaded, split));
        passed.put("transport and state", Sample.seconds(split, stored));
        passed.put("summarise and publish", Sample.seconds(stored, summarised));
        passed.put("load", Sample.seconds(summarised, visible));
        return passed;
    }

    private Map<String, Double> stages(Instant from, Instant to) {
        final List<RecordedEvent> split = bench.events().of("ObjectSplit", from, to);
        final List<RecordedEvent> stored = bench.events().of("ChunkStored", from, to);
        final List<RecordedEvent> days = bench.events().of("DaySummarised", from, to);
        final Map<String, Double> stages = new LinkedHashMap<>();
        stages.put("read", nanos(split, "read"));
        stages.put("split", nanos(split, "split"));
        stages.put("send", nanos(split, "send"));
        stages.put(
                "state",
                stored.stream()
                                .mapToLong(event -> event.getDuration().toNanos())
                                .sum()
                        / 1e9);
        stages.put("summarise", nanos(days, "summarise"));
        stages.put("publish", nanos(days, "publish"));
        return stages;
    }

    private static String text(Map<String, Double> seconds) {
        return seconds.entrySet().stream()
                .map(entry -> String.format(Locale.ROOT, "%s %.2f", entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(", "));
    }

    private static Instant last(List<RecordedEvent> events) {
        if (events.isEmpty()) {
            throw new IllegalStateException("A service recorded no events");
        }
        return events.get(events.size() - 1).getEndTime();
    }

    private static double nanos(List<RecordedEvent> events, String field) {
        return events.stream()
                        .mapToLong(event -> event.getDuration(field).toNanos())
                        .sum()
                / 1e9;
    }

    /** Whose memory has to stay flat. */
    static List<String> services() {
        return List.of(ProcessCluster.Part.SPLITTER.title(), ProcessCluster.Part.PROCESSOR.title());
    }
}

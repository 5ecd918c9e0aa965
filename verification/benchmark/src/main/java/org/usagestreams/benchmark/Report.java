package org.usagestreams.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** Figures as a page of Markdown with pictures. */
final class Report {
    /** The page's name. */
    static final String PAGE = "report.md";

    private static final double MEGABYTE = 1e6;

    private final Figures figures;
    private final Path directory;
    private final StringBuilder page = new StringBuilder();

    Report(Figures figures, Path directory) {
        this.figures = figures;
        this.directory = directory;
    }

    /** Writes the page and its pictures. */
    void write(LocalDate date, String command) throws IOException {
        Files.createDirectories(directory);
        line("# Benchmark report");
        line("");
        line("Made by `" + command + "` on " + date + ". Machine, for everything together: " + Machine.describe()
                + ".");
        line(
                "Broker, S3 endpoint, Connect, splitter and processor were JVMs of their own, the last two with a heap of 256 MB;");
        line(
                "every run was validated: each row and column in PostgreSQL against DuckDB's over the objects in the bucket.");
        if (!figures.database().isEmpty()) {
            line("");
            line("PostgreSQL, as `SHOW` tells: " + figures.database() + ".");
        }
        final Set<Integer> threads = new TreeSet<>();
        figures.runs().forEach(run -> threads.add(run.threads()));
        for (final int count : threads) {
            scales(count);
        }
        latencies();
        threads();
        bytes();
        replays();
        stages();
        Files.writeString(directory.resolve(PAGE), page);
    }

    private void scales(int threads) throws IOException {
        final Map<Scale, List<ScaleBenchmark.Run>> scales = figures.runs(threads);
        line("");
        line("## Scales, with " + threads + " stream threads");
        line("");
        line(
                "From the end of the last upload to the last row visible; median, and least to greatest of the runs. The baseline");
        line(
                "is a batch job on the same files in the same run: one DuckDB statement (local files, both cores), and COPY and");
        line("upsert of its result into a table like ours.");
        line("");
        line("| scale | line items | rows out | ours, s | M line items/s | baseline, s | ours ÷ baseline |");
        line("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        final BarChart chart = BarChart.grouped(
                "Seconds from upload to rows in PostgreSQL (logarithmic), " + threads + " threads",
                List.of("usage-streams", "baseline: DuckDB, COPY and upsert"),
                true,
                "%.2f s");
        scales.forEach((scale, runs) -> {
            final Sample ours = sample(runs, ScaleBenchmark.Run::seconds);
            final Sample baseline = sample(runs, run -> run.baseline().total());
            line(String.format(
                    Locale.ROOT,
                    "| %s | %,d | %,d | %s | %.2f | %s | %.1f |",
                    scale.title(),
                    runs.get(0).lineItems(),
                    runs.get(0).rowsOut(),
                    ours.text("%.2f"),
                    runs.get(0).lineItems() / ours.median() / 1e6,
                    baseline.text("%.2f"),
                    ours.median() / baseline.median()));
            chart.add(scale.title(), ours.median(), baseline.median());
        });
        picture("scales-" + threads, "Ours and the baseline by scale", chart);
        passed(scales, threads);
        busy(scales);
        usage(scales, threads);
    }

    private void passed(Map<Scale, List<ScaleBenchmark.Run>> scales, int threads) throws IOException {
        final Collection<String> names = figures.runs().get(0).passed().keySet();
        final BarChart chart =
                BarChart.shares("Where the time passes, " + threads + " threads", List.copyOf(names), "%.2f s");
        line("");
        line(
                "Time that passed until the last object was split, its last chunk was in state, the last day was summarised and");
        line("published, and the last row was visible, s (medians):");
        line("");
        header("scale", names);
        scales.forEach((scale, runs) -> {
            final double[] medians = names.stream()
                    .mapToDouble(
                            name -> sample(runs, run -> run.passed().get(name)).median())
                    .toArray();
            row(scale.title(), medians, "%.2f");
            chart.add(scale.title(), medians);
        });
        picture("passed-" + threads, "Where the time passes", chart);
    }

    private void busy(Map<Scale, List<ScaleBenchmark.Run>> scales) {
        final Collection<String> names = figures.runs().get(0).stages().keySet();
        line("");
        line(
                "Time that each stage was busy, over all its threads, s (medians). Summarising includes passes over days of which");
        line("not all objects were there yet:");
        line("");
        header("scale", names);
        scales.forEach((scale, runs) -> row(
                scale.title(),
                names.stream()
                        .mapToDouble(name ->
                                sample(runs, run -> run.stages().get(name)).median())
                        .toArray(),
                "%.2f"));
    }

    private void usage(Map<Scale, List<ScaleBenchmark.Run>> scales, int threads) throws IOException {
        final Collection<String> parts = figures.runs().get(0).cpuSeconds().keySet();
        line("");
        line("CPU seconds by part (medians; the upload and the wait until the ledger said LOADED included):");
        line("");
        header("scale", parts);
        scales.forEach((scale, runs) -> row(
                scale.title(),
                parts.stream()
                        .mapToDouble(part ->
                                sample(runs, run -> run.cpuSeconds().get(part)).median())
                        .toArray(),
                "%.2f"));
        line("");
        line("Peak resident memory by part, MB (greatest of the runs; of PostgreSQL what it had at the end):");
        line("");
        header("scale", parts);
        final BarChart chart = BarChart.grouped(
                "Peak resident memory, MB, heaps of 256 MB, " + threads + " threads",
                ScaleBenchmark.services(),
                false,
                "%.0f");
        scales.forEach((scale, runs) -> {
            row(
                    scale.title(),
                    parts.stream().mapToDouble(part -> peak(runs, part)).toArray(),
                    "%.0f");
            chart.add(
                    scale.title(),
                    ScaleBenchmark.services().stream()
                            .mapToDouble(part -> peak(runs, part))
                            .toArray());
        });
        picture("memory-" + threads, "Peak memory by scale", chart);
    }

    private static double peak(List<ScaleBenchmark.Run> runs, String part) {
        return sample(runs, run -> run.peakBytes().get(part) / MEGABYTE).greatest();
    }

    private void latencies() {
        if (figures.latencies() == null) {
            return;
        }
        line("");
        line("## Latency");
        line("");
        line(
                "From each upload's end to the last of its rows visible, s. The large cluster uploads 22,464 rows for each hour of a");
        line(
                "day that grows to 539,136, each of which changes all 22,464 rows of the day (and 216 of nodes); the small ones, 100");
        line("pods each, upload an hour all at once, 24 times.");
        line("");
        line("| | uploads | p50 | p99 | greatest |");
        line("| --- | ---: | ---: | ---: | ---: |");
        latency("one cluster of 22,464 pods", figures.latencies().large());
        latency(
                LatencyBenchmark.SMALL_CLUSTERS + " small clusters",
                figures.latencies().small());
    }

    private void latency(String name, List<Double> seconds) {
        final Sample sample = Sample.of(seconds);
        line(String.format(
                Locale.ROOT,
                "| %s | %d | %.2f | %.2f | %.2f |",
                name,
                seconds.size(),
                sample.median(),
                sample.quantile(0.99),
                sample.greatest()));
    }

    private void threads() {
        if (figures.threads().isEmpty()) {
            return;
        }
        line("");
        line("## Stream threads");
        line("");
        line(
                "24 days, evenly over 4 partitions, the sink off. Read anew: a new application with an empty state and a JVM that");
        line(
                "was just started reads the chunk topic from its beginning and publishes all rows; JIT compiler, broker and garbage");
        line(
                "collector take their share of the cores. Again: the same JVM summarises all days from state once more, without a");
        line("row that changes, so that stream threads are all that limits.");
        line("");
        line("| threads | read anew, M line items/s | to one thread | again, M line items/s | to one thread |");
        line("| ---: | ---: | ---: | ---: | ---: |");
        final ThreadBenchmark.Rates one =
                figures.threads().getOrDefault(1, new ThreadBenchmark.Rates(Double.NaN, Double.NaN));
        figures.threads()
                .forEach((threads, rate) -> line(String.format(
                        Locale.ROOT,
                        "| %d | %.2f | %.2f | %.2f | %.2f |",
                        threads,
                        rate.replayed() / 1e6,
                        rate.replayed() / one.replayed(),
                        rate.again() / 1e6,
                        rate.again() / one.again())));
    }

    private void bytes() {
        if (figures.bytes() == null) {
            return;
        }
        line("");
        line("## Bytes");
        line("");
        line(
                "Of 998,400 pod rows, on disk, bytes a row (two of its amounts are random doubles, 16 bytes that nothing compresses):");
        line("");
        line("| chunk topic | changelogs | local state | together |");
        line("| ---: | ---: | ---: | ---: |");
        line(String.format(
                Locale.ROOT,
                "| %.1f | %.1f | %.1f | %.1f |",
                figures.bytes().chunkTopic(),
                figures.bytes().changelogs(),
                figures.bytes().state(),
                figures.bytes().total()));
    }

    private void replays() {
        final ReplayBenchmark.Replays replays = figures.replays();
        if (replays == null) {
            return;
        }
        line("");
        line("## Replay");
        line("");
        line(String.format(
                Locale.ROOT,
                "A month of one cluster: %,d line items in 30 objects, %,d rows. After each replay the table was compared to the",
                replays.lineItems(),
                replays.rows()));
        line(
                "bit with that before, and no row had been written again. The store was stopped while the topic was read.");
        line("");
        line("| replay | s | M line items/s |");
        line("| --- | ---: | ---: |");
        replays.seconds()
                .forEach((name, seconds) -> line(String.format(
                        Locale.ROOT, "| %s | %.1f | %.2f |", name, seconds, replays.lineItems() / seconds / 1e6)));
    }

    private void stages() {
        if (figures.stages().isEmpty() && figures.sink() == null) {
            return;
        }
        line("");
        line("## Stages alone");
        line("");
        line("| stage | a second |");
        line("| --- | ---: |");
        figures.stages()
                .forEach((name, rate) -> line(String.format(
                        Locale.ROOT,
                        "| %s, one core (JMH, heap 256 MB) | %.2f ± %.2f M line items |",
                        name,
                        rate.perSecond() / 1e6,
                        rate.error() / 1e6)));
        if (figures.sink() != null) {
            line(String.format(
                    Locale.ROOT,
                    "| sink, new rows | %,.0f rows |",
                    figures.sink().inserted()));
            line(String.format(
                    Locale.ROOT,
                    "| sink, rows that are there | %,.0f rows |",
                    figures.sink().updated()));
        }
    }

    private static Sample sample(List<ScaleBenchmark.Run> runs, ToDoubleFunction<ScaleBenchmark.Run> figure) {
        return Sample.of(runs.stream().map(figure::applyAsDouble).toList());
    }

    private void picture(String name, String alternative, BarChart chart) throws IOException {
        Files.writeString(directory.resolve(name + ".svg"), chart.toSvg());
        line("");
        line("![" + alternative + "](" + name + ".svg)");
    }

    private void header(String first, Collection<String> names) {
        final List<String> columns = new ArrayList<>(List.of(first));
        columns.addAll(new LinkedHashSet<>(names));
        line("| " + String.join(" | ", columns) + " |");
        line("| --- |" + " ---: |".repeat(names.size()));
    }

    private void row(String name, double[] values, String format) {
        final StringBuilder row = new StringBuilder("| " + name + " |");
        for (final double value : values) {
            row.append(' ').append(String.format(Locale.ROOT, format, value)).append(" |");
        }
        line(row.toString());
    }

    private void line(String text) {
        page.append(text).append('\n');
    }
}

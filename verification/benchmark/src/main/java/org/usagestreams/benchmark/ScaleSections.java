package org.usagestreams.benchmark;

import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/** The report's sections of runs by scale: how long they took, how the time is divided, and the resources of each part. */
final class ScaleSections {
    private static final double MEGABYTE = 1e6;

    private final Figures figures;
    private final ReportPage page;

    /** Writes to this page. */
    ScaleSections(Figures figures, ReportPage page) {
        this.figures = figures;
        this.page = page;
    }

    /** Writes a section for each number of threads. */
    void write() throws IOException {
        final Set<Integer> threads = new TreeSet<>();
        figures.runs().forEach(run -> threads.add(run.threads()));
        for (final int count : threads) {
            scales(count);
        }
    }

    private void scales(int threads) throws IOException {
        final Map<Scale, List<ScaleBenchmark.Run>> scales = figures.runs(threads);
        page.line("");
        page.line("## Scales, with " + threads + " stream threads");
        page.line("");
        page.line(
                "Seconds from the end of the last upload until the last row is visible: the median of the runs, with the least and the");
        page.line(
                "greatest. The baseline is a batch job on the same files in the same run: one DuckDB statement on local files, with");
        page.line("both cores, then COPY and an upsert of its result into a table like ours.");
        page.line("");
        page.line("| scale | line items | rows out | ours, s | M line items/s | baseline, s | ours ÷ baseline |");
        page.line("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        final BarChart chart = BarChart.grouped(
                "Seconds from upload to rows in PostgreSQL (logarithmic), " + threads + " threads",
                List.of("usage-streams", "baseline: DuckDB, COPY and upsert"),
                true,
                "%.2f s");
        scales.forEach((scale, runs) -> {
            final Sample ours = sample(runs, ScaleBenchmark.Run::seconds);
            final Sample baseline = sample(runs, run -> run.baseline().total());
            page.line(String.format(
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
        page.picture("scales-" + threads, "Ours and the baseline by scale", chart);
        passed(scales, threads);
        busy(scales);
        usage(scales, threads);
    }

    private void passed(Map<Scale, List<ScaleBenchmark.Run>> scales, int threads) throws IOException {
        final Collection<String> names = figures.runs().get(0).passed().keySet();
        final BarChart chart =
                BarChart.shares("Where the time passes, " + threads + " threads", List.copyOf(names), "%.2f s");
        page.line("");
        page.line(
                "Seconds until the last object was split, until its last chunk was in the state, until the last day was summarised and");
        page.line("published, and until the last row was visible (medians):");
        page.line("");
        page.header("scale", names);
        scales.forEach((scale, runs) -> {
            final double[] medians = names.stream()
                    .mapToDouble(
                            name -> sample(runs, run -> run.passed().get(name)).median())
                    .toArray();
            page.row(scale.title(), medians, "%.2f");
            chart.add(scale.title(), medians);
        });
        page.picture("passed-" + threads, "Where the time passes", chart);
    }

    private void busy(Map<Scale, List<ScaleBenchmark.Run>> scales) {
        final Collection<String> names = figures.runs().get(0).stages().keySet();
        page.line("");
        page.line(
                "Seconds that each stage was busy, summed over its threads (medians). Summarising includes passes over days whose");
        page.line("objects had not all arrived yet:");
        page.line("");
        page.header("scale", names);
        scales.forEach((scale, runs) -> page.row(
                scale.title(),
                names.stream()
                        .mapToDouble(name ->
                                sample(runs, run -> run.stages().get(name)).median())
                        .toArray(),
                "%.2f"));
    }

    private void usage(Map<Scale, List<ScaleBenchmark.Run>> scales, int threads) throws IOException {
        final Collection<String> parts = figures.runs().get(0).cpuSeconds().keySet();
        page.line("");
        page.line(
                "CPU seconds of each part (medians), including the upload and the wait until the ledger says LOADED:");
        page.line("");
        page.header("scale", parts);
        scales.forEach((scale, runs) -> page.row(
                scale.title(),
                parts.stream()
                        .mapToDouble(part ->
                                sample(runs, run -> run.cpuSeconds().get(part)).median())
                        .toArray(),
                "%.2f"));
        page.line("");
        page.line(
                "Peak resident memory of each part, MB (greatest of the runs; for PostgreSQL, its memory at the end):");
        page.line("");
        page.header("scale", parts);
        final BarChart chart = BarChart.grouped(
                "Peak resident memory, MB, heaps of 256 MB, " + threads + " threads",
                ScaleBenchmark.services(),
                false,
                "%.0f");
        scales.forEach((scale, runs) -> {
            page.row(
                    scale.title(),
                    parts.stream().mapToDouble(part -> peak(runs, part)).toArray(),
                    "%.0f");
            chart.add(
                    scale.title(),
                    ScaleBenchmark.services().stream()
                            .mapToDouble(part -> peak(runs, part))
                            .toArray());
        });
        page.picture("memory-" + threads, "Peak memory by scale", chart);
    }

    private static double peak(List<ScaleBenchmark.Run> runs, String part) {
        return sample(runs, run -> run.peakBytes().get(part) / MEGABYTE).greatest();
    }

    private static Sample sample(List<ScaleBenchmark.Run> runs, ToDoubleFunction<ScaleBenchmark.Run> figure) {
        return Sample.of(runs.stream().map(figure::applyAsDouble).toList());
    }
}

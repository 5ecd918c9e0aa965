package org.usagestreams.benchmark;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.usagestreams.commandline.Folders;
import org.usagestreams.commandline.Progress;
import org.usagestreams.standalone.CommitSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code scripts/benchmark}. */
@Command(
        name = "benchmark",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = {
            "Starts a system of real parts, each in its own process, uploads generated days of clusters, waits until"
                    + " they are in PostgreSQL, compares every row and column with DuckDB's result, and writes a report.",
            "A scale is named after its pod rows: 22k to 2m of one day, 10m of ten days in one object. The report's"
                    + " baseline is DuckDB on the same files, and COPY and upsert of its result.",
            "CPU and memory are read from /proc, so they are reported on Linux only. Exit codes: 0 measured and"
                    + " validated, 1 a run failed or a row differs, 2 wrong usage."
        })
public final class BenchmarkCommand implements Callable<Integer> {
    /** What can be measured. */
    enum Part {
        SCALES,
        LATENCY,
        THREADS,
        BYTES,
        STAGES,
        REPLAY,
        SINK,
        PAYLOADS
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--scales",
            split = ",",
            paramLabel = "SCALE",
            defaultValue = "22k,100k,250k,500k,1m,2m,10m",
            description = "Scales to measure.")
    private List<String> scales = new ArrayList<>();

    @Option(
            names = "--threads",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,2,4",
            description = "Numbers of stream threads. Each scale is measured with each number.")
    private List<Integer> threads = new ArrayList<>();

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "3",
            description = "Runs of each scale and number of threads.")
    private int runs;

    @Option(
            names = "--parts",
            split = ",",
            paramLabel = "PART",
            defaultValue = "SCALES,LATENCY,THREADS,BYTES,STAGES,REPLAY,SINK,PAYLOADS",
            description = "Parts of the report: ${COMPLETION-CANDIDATES}.")
    private Set<Part> parts = new TreeSet<>();

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "benchmark-report",
            description = "Folder for the report.")
    private Path out;

    @Option(
            names = "--work",
            paramLabel = "DIR",
            description = "Keeps generated files in this folder for the next run. By default a temporary folder.")
    private Path work;

    BenchmarkCommand() {}

    @Override
    public Integer call() throws Exception {
        final List<Scale> chosen = scales();
        final Path directory = work == null ? Files.createTempDirectory("benchmark-") : Files.createDirectories(work);
        try {
            final Figures figures = new Figures();
            measure(figures, chosen, directory.toAbsolutePath());
            new Report(figures, out).write(LocalDate.now(ZoneOffset.UTC), commandLine());
            say("report: " + out.resolve(Report.PAGE));
            return 0;
        } finally {
            if (work == null) {
                Folders.delete(directory);
            }
        }
    }

    private List<Scale> scales() {
        if (runs < 1 || threads.stream().anyMatch(count -> count < 1)) {
            throw new ParameterException(spec.commandLine(), "--runs and --threads must be at least 1");
        }
        try {
            return scales.stream().map(Scale::of).distinct().sorted().toList();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--scales: " + e.getMessage(), e);
        }
    }

    /** As it was called, but for folders, which are nobody else's business. */
    String commandLine() {
        final StringBuilder line = new StringBuilder("scripts/benchmark");
        boolean folder = false;
        final List<String> arguments = spec.commandLine().getParseResult().originalArgs();
        // As a subcommand it is named by the first argument, which the script adds.
        for (final String argument : arguments.subList(spec.parent() == null ? 0 : 1, arguments.size())) {
            if (argument.equals("--work") || argument.equals("--out")) {
                folder = true;
            } else if (folder) {
                folder = false;
            } else {
                line.append(' ').append(argument);
            }
        }
        return line.toString();
    }

    private void measure(Figures figures, List<Scale> chosen, Path directory) throws Exception {
        final Path data = Files.createDirectories(directory.resolve("data"));
        final Path system = directory.resolve("system");
        Folders.delete(system);
        if (parts.contains(Part.STAGES)) {
            say("stages alone, some minutes ...");
            figures.stages(new StageBenchmark(data).run());
            figures.stages()
                    .forEach((name, rate) -> say(String.format(
                            Locale.ROOT,
                            "%s: %.2f ± %.2f M line items/s",
                            name,
                            rate.perSecond() / 1e6,
                            rate.error() / 1e6)));
        }
        if (parts.contains(Part.BYTES)) {
            try (Bench bench = bench(figures, system, Map.of())) {
                figures.bytes(new ByteBenchmark(bench, data, this::say).run());
            }
        }
        if (parts.contains(Part.THREADS)) {
            // To one thread the others are compared.
            final Set<Integer> counts = new TreeSet<>(threads);
            counts.add(1);
            try (Bench bench = bench(figures, system, ThreadBenchmark.settings())) {
                figures.threads(new ThreadBenchmark(bench, data, this::say).run(List.copyOf(counts)));
            }
        }
        if (parts.contains(Part.REPLAY)) {
            try (Bench bench = bench(figures, system, Map.of())) {
                figures.replays(new ReplayBenchmark(bench, data, this::say).run());
            }
        }
        if (parts.contains(Part.SINK)) {
            try (Bench bench = bench(figures, system, Map.of())) {
                bench.target()
                        .publishReference(List.of(
                                Scale.ROWS_1M.workload().source(),
                                Scale.ROWS_10M.workload().source()));
                figures.sinks(new SinkBenchmark(bench, data, this::say).run());
            }
        }
        if (parts.contains(Part.PAYLOADS)) {
            try (Bench bench = bench(figures, system, Map.of())) {
                figures.payloads(new PayloadBenchmark(bench, data, this::say).run(runs));
            }
        }
        if (parts.contains(Part.SCALES) || parts.contains(Part.LATENCY)) {
            try (Bench bench = bench(figures, system, Map.of())) {
                final Set<String> sources = new TreeSet<>(LatencyBenchmark.sources());
                Stream.of(Scale.values())
                        .forEach(scale -> sources.add(scale.workload().source()));
                bench.target().publishReference(sources);
                measure(figures, chosen, bench, data);
            }
        }
    }

    private static Bench bench(Figures figures, Path system, Map<String, String> settings) throws Exception {
        final Bench bench = new Bench(system, settings);
        try {
            figures.database(CommitSettings.read(bench.target().postgres()).describe());
            return bench;
        } catch (SQLException e) {
            bench.close();
            throw e;
        }
    }

    private void measure(Figures figures, List<Scale> chosen, Bench bench, Path data) throws Exception {
        final ScaleBenchmark benchmark = new ScaleBenchmark(bench, data, this::say);
        if (parts.contains(Part.SCALES)) {
            try (Progress progress = new Progress("scales", (long) threads.size() * chosen.size() * runs)) {
                for (final int count : threads) {
                    benchmark.use(count);
                    for (final Scale scale : chosen) {
                        for (int run = 0; run < runs; run++) {
                            figures.add(benchmark.run(scale, count));
                            progress.step(scale.title());
                        }
                    }
                }
            }
        }
        if (parts.contains(Part.LATENCY)) {
            benchmark.useDefaults();
            figures.latencies(new LatencyBenchmark(bench, data, this::say).run(runs));
        }
    }

    private void say(String line) {
        final PrintWriter to = spec.commandLine().getOut();
        to.println(line);
        to.flush();
    }
}

package org.usagestreams.benchmark;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.usagestreams.command.CommandRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code scripts/benchmark}. */
@Command(name = "benchmark", mixinStandardHelpOptions = true, showDefaultValues = true, description = "Measures.")
public final class BenchmarkCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--scales", split = ",", defaultValue = "22k,100k,250k,500k,1m,2m,10m")
    private List<String> scales = new ArrayList<>();

    @Option(names = "--threads", split = ",", defaultValue = "2")
    private List<Integer> threads = new ArrayList<>();

    @Option(names = "--runs", defaultValue = "3")
    private int runs;

    @Option(names = "--work")
    private Path work;

    BenchmarkCommand() {}

    public static void main(String[] args) {
        System.exit(CommandRunner.run(new BenchmarkCommand(), args));
    }

    @Override
    public Integer call() throws Exception {
        final PrintWriter out = spec.commandLine().getOut();
        final Path data = Files.createDirectories(work.resolve("data"));
        if (runs < 0) {
            new StageBenchmark(data)
                    .run()
                    .forEach((name, rate) ->
                            out.printf("%s %.2f M/s +- %.2f%n", name, rate.perSecond() / 1e6, rate.error() / 1e6));
            return 0;
        }
        try (Bench bench = new Bench(work.resolve("system"), Map.of())) {
            bench.target()
                    .publishReference(scales.stream()
                            .map(s -> Scale.of(s).workload().source())
                            .toList());
            final ScaleBenchmark benchmark = new ScaleBenchmark(bench, data, line -> {
                out.println(line);
                out.flush();
            });
            if (runs == 0) {
                bench.target().publishReference(LatencyBenchmark.sources());
                benchmark.use(2);
                new LatencyBenchmark(bench, data, line -> {
                            out.println(line);
                            out.flush();
                        })
                        .run(1);
                return 0;
            }
            for (final int n : threads) {
                benchmark.use(n);
                for (final String scale : scales) {
                    for (int run = 0; run < runs; run++) {
                        out.println(benchmark.run(Scale.of(scale), n));
                        out.flush();
                    }
                }
            }
        }
        return 0;
    }
}

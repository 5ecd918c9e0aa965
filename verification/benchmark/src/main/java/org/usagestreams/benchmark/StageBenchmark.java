package org.usagestreams.benchmark;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs each stage alone, in a separate JVM with the heap of a service. */
final class StageBenchmark {
    private final Path data;

    /** Works on files from a folder. */
    StageBenchmark(Path data) {
        this.data = data;
    }

    /** Line items a second and core. */
    record Rate(double perSecond, double error) {}

    /** Rates by the stage's name. */
    Map<String, Rate> run() throws Exception {
        final Workload workload = Scale.ROWS_250K.workload();
        final Workload.ReportFile file =
                workload.write(data, List.of("pod_usage")).get(0);
        final Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include("org\\.usagestreams\\.benchmark\\.stage\\..*")
                        .mode(Mode.Throughput)
                        .timeUnit(TimeUnit.SECONDS)
                        .warmupIterations(4)
                        .warmupTime(TimeValue.seconds(2))
                        .measurementIterations(5)
                        .measurementTime(TimeValue.seconds(2))
                        .forks(1)
                        .threads(1)
                        .jvmArgsAppend(
                                "-Xmx256m", "-Dusage.stage.file=" + file.file(), "-Dusage.stage.key=" + file.key())
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();
        final Map<String, Rate> rates = new LinkedHashMap<>();
        for (final RunResult result : results) {
            final String name = result.getParams().getBenchmark().replaceAll("^.*\\.stage\\.", "");
            rates.put(
                    name,
                    new Rate(
                            result.getPrimaryResult().getScore(),
                            result.getPrimaryResult().getScoreError()));
        }
        return rates;
    }
}

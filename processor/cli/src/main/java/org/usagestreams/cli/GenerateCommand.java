package org.usagestreams.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.usagestreams.commandline.Progress;
import org.usagestreams.sample.SampleData;
import org.usagestreams.sample.SampleOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "generate",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Writes usage reports of made-up clusters, all four types, and the reference data that goes with"
                + " them. The same options give the same files.")
final class GenerateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Where to; files lie as in a bucket.")
    private Path directory;

    @Option(names = "--org", description = "Organisation in the object keys.", defaultValue = "org1234567")
    private String org;

    @Option(names = "--clusters", defaultValue = "1", description = "Clusters.")
    private int clusters;

    @Option(names = "--nodes", defaultValue = "3", description = "Nodes of a cluster.")
    private int nodes;

    @Option(names = "--namespaces", defaultValue = "5", description = "Namespaces of a cluster.")
    private int namespaces;

    @Option(names = "--pods", defaultValue = "40", description = "Pods of a cluster.")
    private int pods;

    @Option(names = "--days", defaultValue = "3", description = "Days.")
    private int days;

    @Option(names = "--from", paramLabel = "DATE", defaultValue = "2025-11-01", description = "First day.")
    private LocalDate from;

    @Option(names = "--seed", defaultValue = "1", description = "Other seeds give other clusters.")
    private long seed;

    @Option(names = "--labels", defaultValue = "JSON", description = "${COMPLETION-CANDIDATES}.")
    private SampleOptions.LabelForm labels;

    @Option(names = "--times", defaultValue = "MILLIS", description = "${COMPLETION-CANDIDATES}.")
    private SampleOptions.TimeForm times;

    @Option(names = "--compression", defaultValue = "SNAPPY", description = "UNCOMPRESSED, SNAPPY, GZIP or ZSTD.")
    private CompressionCodecName compression;

    @Option(names = "--hourly", description = "A file an hour instead of one a day.")
    private boolean hourly;

    @Override
    public Integer call() throws IOException {
        if (clusters < 1 || nodes < 1 || namespaces < 1 || pods < 1 || days < 1) {
            throw new ParameterException(
                    spec.commandLine(), "clusters, nodes, namespaces, pods and days are at least 1");
        }
        final SampleOptions options = new SampleOptions(
                org, clusters, nodes, namespaces, pods, days, from, seed, labels, times, compression, hourly);
        final SampleData data = new SampleData(options, directory);
        try (Progress progress = new Progress("generate", data.files())) {
            data.write(file -> progress.step(file.getFileName().toString()));
        }
        spec.commandLine()
                .getOut()
                .println(data.files() + " files in " + directory + ", reference data in "
                        + directory.resolve(SampleData.REFERENCE_FILE));
        return 0;
    }
}

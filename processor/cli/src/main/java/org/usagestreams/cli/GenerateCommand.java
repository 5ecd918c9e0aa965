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
        description =
                "Writes usage reports of imaginary clusters, of all four types, and their reference data. The same"
                        + " options give the same files.")
final class GenerateCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", description = "Folder to write to. The files in it have the paths of object keys.")
    private Path directory;

    @Option(
            names = "--org",
            paramLabel = "NAME",
            description = "Organisation in the object keys.",
            defaultValue = "org1234567")
    private String org;

    @Option(names = "--clusters", paramLabel = "N", defaultValue = "1", description = "Number of clusters.")
    private int clusters;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "Nodes per cluster.")
    private int nodes;

    @Option(names = "--namespaces", paramLabel = "N", defaultValue = "5", description = "Namespaces per cluster.")
    private int namespaces;

    @Option(names = "--pods", paramLabel = "N", defaultValue = "40", description = "Pods per cluster.")
    private int pods;

    @Option(names = "--days", paramLabel = "N", defaultValue = "3", description = "Number of days.")
    private int days;

    @Option(
            names = "--from",
            paramLabel = "DATE",
            defaultValue = "2025-11-01",
            description = "First day, such as 2025-11-01.")
    private LocalDate from;

    @Option(names = "--seed", paramLabel = "SEED", defaultValue = "1", description = "Seed of the random numbers.")
    private long seed;

    @Option(
            names = "--labels",
            paramLabel = "FORM",
            defaultValue = "JSON",
            description = "Form of labels: ${COMPLETION-CANDIDATES}.")
    private SampleOptions.LabelForm labels;

    @Option(
            names = "--times",
            paramLabel = "FORM",
            defaultValue = "MILLIS",
            description = "Form of times: ${COMPLETION-CANDIDATES}.")
    private SampleOptions.TimeForm times;

    @Option(
            names = "--compression",
            paramLabel = "CODEC",
            defaultValue = "SNAPPY",
            description = "Compression: UNCOMPRESSED, SNAPPY, GZIP or ZSTD.")
    private CompressionCodecName compression;

    @Option(names = "--hourly", description = "Write one file per hour instead of one per day.")
    private boolean hourly;

    @Override
    public Integer call() throws IOException {
        if (clusters < 1 || nodes < 1 || namespaces < 1 || pods < 1 || days < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--clusters, --nodes, --namespaces, --pods and --days have to be at least 1");
        }
        final SampleOptions options = new SampleOptions(
                org, clusters, nodes, namespaces, pods, days, from, seed, labels, times, compression, hourly);
        final SampleData data = new SampleData(options, directory);
        try (Progress progress = new Progress("generate", data.files())) {
            data.write(file -> progress.step(file.getFileName().toString()));
        }
        spec.commandLine()
                .getOut()
                .println("Wrote " + data.files() + " files to " + directory + ", and reference data to "
                        + directory.resolve(SampleData.REFERENCE_FILE));
        return 0;
    }
}

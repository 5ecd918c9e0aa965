package org.usagestreams.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.usagestreams.commandline.Interruption;
import org.usagestreams.commandline.Progress;
import org.usagestreams.commandline.Quiet;
import org.usagestreams.sample.SampleData;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.sample.SampleProfile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
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

    @Option(
            names = "--profile",
            paramLabel = "SIZE",
            defaultValue = "SMALL",
            description =
                    "Size of a cluster: SMALL (3 nodes, 5 namespaces, 40 pods), MEDIUM (20, 40, 600), LARGE (150, 400,"
                            + " 12000), or HUGE, the most that Kubernetes supports (5000, 10000, 150000).")
    private SampleProfile profile;

    @Option(
            names = "--nodes",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Nodes per cluster, instead of the profile's.")
    private Integer nodes;

    @Option(
            names = "--namespaces",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Namespaces per cluster, instead of the profile's.")
    private Integer namespaces;

    @Option(
            names = "--pods",
            paramLabel = "N",
            showDefaultValue = Visibility.NEVER,
            description = "Pods per cluster that run at the same time, instead of the profile's.")
    private Integer pods;

    @Option(
            names = "--overcommit",
            description = "Let pods request and use more than their nodes have, so unallocated amounts can be negative."
                    + " By default requests are lowered until they fit.")
    private boolean overcommit;

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
    @SuppressWarnings({"try", "unused"}) // The interruption is only closed.
    public Integer call() throws IOException {
        nodes = nodes == null ? Integer.valueOf(profile.nodes()) : nodes;
        namespaces = namespaces == null ? Integer.valueOf(profile.namespaces()) : namespaces;
        pods = pods == null ? Integer.valueOf(profile.pods()) : pods;
        if (clusters < 1 || nodes < 1 || namespaces < 1 || pods < 1 || days < 1) {
            throw new ParameterException(
                    spec.commandLine(), "--clusters, --nodes, --namespaces, --pods and --days must be at least 1");
        }
        final SampleOptions options = new SampleOptions(
                org, clusters, nodes, namespaces, pods, days, from, seed, labels, times, compression, hourly);
        final SampleData data = new SampleData(options, directory, overcommit);
        final AtomicLong written = new AtomicLong();
        try (Progress progress = new Progress("generate", data.files());
                Interruption interruption = Interruption.says(() -> "Interrupted: " + written.get() + " of "
                        + data.files() + " files were written. Call the command again to write all of them.")) {
            data.write(file -> {
                written.incrementAndGet();
                progress.step(file.getFileName().toString());
            });
        }
        Quiet.unless(spec.commandLine().getOut())
                .println("Wrote " + data.files() + " files to " + directory + ", and reference data to "
                        + directory.resolve(SampleData.REFERENCE_FILE));
        return 0;
    }
}

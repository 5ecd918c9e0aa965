package org.usagestreams.cli;

import io.minio.MinioClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.Progress;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.operations.loading.LoadTargets;
import org.usagestreams.operations.upload.PlannedUpload;
import org.usagestreams.operations.upload.ReportUpload;
import org.usagestreams.operations.upload.UploadPlan;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.wire.chunk.ReportType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "upload",
        mixinStandardHelpOptions = true,
        description = "Puts Parquet files where they belong in the bucket, from any machine that reaches the store.")
final class UploadCommand implements Callable<Integer> {
    static final String ORG = "org1234567";

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Parameters(
            paramLabel = "FILE|DIR",
            arity = "1..*",
            description = "Files; of a folder, all that end in .parquet and are reports that are summarised.")
    private List<Path> paths;

    @Option(
            names = "--source",
            paramLabel = "UUID",
            description = "The cluster, where paths do not name it (source=UUID).")
    private String source;

    @Option(
            names = "--type",
            description = "The report's type, where neither paths nor columns tell: ${COMPLETION-CANDIDATES}.")
    private ReportType type;

    @Option(names = "--org", description = "Organisation in the object key (${DEFAULT-VALUE}).", defaultValue = ORG)
    private String org;

    @Option(
            names = "--wait",
            description = "Waits until all are LOADED in PostgreSQL; exit codes as those of the command wait.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "60s",
            description = "How long to wait, such as 500ms, 60s or 5m (${DEFAULT-VALUE}).")
    private Duration timeout;

    private void printLeftOut(Path file) {
        spec.commandLine()
                .getErr()
                .println("left out, since its columns are those of no report that is summarised: "
                        + Printable.of(file.toString()));
    }

    @Override
    public Integer call() throws Exception {
        if (source != null && !LoadTargets.isSource(source)) {
            throw new ParameterException(spec.commandLine(), "--source is no UUID: " + source);
        }
        final Settings settings = options.load();
        final String bucket = settings.text("store.bucket");
        final MinioClient client = StoreSettings.client(settings);
        final UploadPlan plan = new UploadPlan(org);
        final List<PlannedUpload> files =
                plan.plan(paths, source, type, LocalDate.now(ZoneOffset.UTC), this::printLeftOut);
        try (Progress progress = new Progress("upload", files.size())) {
            new ReportUpload(client, bucket)
                    .upload(
                            files,
                            file -> progress.step(file.file().getFileName().toString()));
        }
        final PrintWriter out = spec.commandLine().getOut();
        files.forEach(file -> out.println(Printable.of(bucket + "/" + file.key())));
        if (files.isEmpty()) {
            return 1;
        }
        if (!wait) {
            return 0;
        }
        out.flush();
        return LoadReport.await(
                settings, new LoadTargets(new ObjectStore(client), bucket, plan).of(files), timeout, out);
    }
}

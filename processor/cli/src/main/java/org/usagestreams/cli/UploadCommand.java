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
        description = "Uploads Parquet files to the bucket under the keys of reports.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all files were uploaded; with --wait, all are LOADED or SUPERSEDED",
            "1:the command failed, or there was nothing to upload",
            "2:wrong usage",
            "3:with --wait: an object is FAILED, IGNORED or REMOVED, or all of its rows were dropped",
            "4:with --wait: not all objects were loaded within --timeout"
        })
final class UploadCommand implements Callable<Integer> {
    static final String ORG = "org1234567";

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Parameters(
            paramLabel = "FILE|DIR",
            arity = "1..*",
            description =
                    "Files, or folders of which all *.parquet files are uploaded. Files of other report types are left out.")
    private List<Path> paths;

    @Option(
            names = "--source",
            paramLabel = "UUID",
            description = "The cluster. Required if the path has no source=UUID.")
    private String source;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Report type, if neither path nor columns tell it: ${COMPLETION-CANDIDATES}.")
    private ReportType type;

    @Option(
            names = "--org",
            paramLabel = "NAME",
            description = "Organisation in the object key (default: ${DEFAULT-VALUE}).",
            defaultValue = ORG)
    private String org;

    @Option(names = "--wait", description = "Waits until all files are LOADED.")
    private boolean wait;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "60s",
            description = "How long to wait, for example 500ms, 60s or 5m (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    private void printLeftOut(Path file) {
        spec.commandLine()
                .getErr()
                .println("Left out (its columns are not those of a report that is summarised): "
                        + Printable.of(file.toString()));
    }

    @Override
    public Integer call() throws Exception {
        if (source != null && !LoadTargets.isSource(source)) {
            throw new ParameterException(
                    spec.commandLine(), "Invalid value for option '--source': '" + source + "' is not a UUID");
        }
        final Settings settings = options.load();
        final String bucket = settings.text("store.bucket");
        final UploadPlan plan = new UploadPlan(org);
        final List<PlannedUpload> files =
                plan.plan(paths, source, type, LocalDate.now(ZoneOffset.UTC), this::printLeftOut);
        final MinioClient client = StoreSettings.client(settings);
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

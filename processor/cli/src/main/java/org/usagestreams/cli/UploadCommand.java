package org.usagestreams.cli;

import io.minio.MinioClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.usagestreams.commandline.Interruption;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.Progress;
import org.usagestreams.commandline.Quiet;
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
            description = "Files, or folders whose *.parquet files are uploaded. Files of other report types are left"
                    + " out.")
    private List<Path> paths;

    @Option(
            names = "--source",
            paramLabel = "UUID",
            description = "The cluster. Required if the path has no source=UUID.")
    private String source;

    @Option(
            names = "--type",
            paramLabel = "TYPE",
            description = "Report type, if neither the path nor the columns show it: ${COMPLETION-CANDIDATES}.")
    private ReportType type;

    @Option(
            names = "--org",
            paramLabel = "NAME",
            description = "Organisation in the object key (default: ${DEFAULT-VALUE}).",
            defaultValue = ORG)
    private String org;

    @Option(names = "--wait", description = "Waits until all files are LOADED.")
    private boolean wait;

    @Mixin
    private TimeoutOption timeout;

    private void printLeftOut(Path file) {
        spec.commandLine()
                .getErr()
                .println("Left out (its columns are not those of a report that is summarised): "
                        + Printable.of(file.toString()));
    }

    private static String interrupted(long uploaded, long all) {
        return String.format(
                Locale.ROOT,
                "Interrupted: %,d of %,d files were uploaded. To upload the others, call the command again; what is"
                        + " uploaded twice counts once.",
                uploaded,
                all);
    }

    @Override
    @SuppressWarnings({"try", "unused"}) // The interruption is only closed.
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
        Part.STORE.requireReachable(settings);
        final MinioClient client = StoreSettings.client(settings);
        final AtomicLong uploaded = new AtomicLong();
        try (Progress progress = new Progress("upload", files.size());
                Interruption interruption = Interruption.says(() -> interrupted(uploaded.get(), files.size()))) {
            new ReportUpload(client, bucket).upload(files, file -> {
                uploaded.incrementAndGet();
                progress.step(file.file().getFileName().toString());
            });
        }
        final PrintWriter out = Quiet.unless(spec.commandLine().getOut());
        files.forEach(file -> out.println(Printable.of(bucket + "/" + file.key())));
        if (files.isEmpty()) {
            return 1;
        }
        if (!wait) {
            return 0;
        }
        out.flush();
        return LoadReport.await(
                settings,
                new LoadTargets(new ObjectStore(client), bucket, plan).of(files),
                timeout.timeout(),
                new ListFormat(),
                spec.commandLine().getOut());
    }
}

package org.usagestreams.command;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import org.usagestreams.chunk.ReportType;
import org.usagestreams.settings.Settings;
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
    private static final String UUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Parameters(paramLabel = "FILE|DIR", arity = "1..*", description = "Files; of a folder, all that end in .parquet.")
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

    @Option(
            names = "--org",
            description = "Organisation in the object key (${DEFAULT-VALUE}).",
            defaultValue = "org1234567")
    private String org;

    @Override
    public Integer call() throws Exception {
        if (source != null && !source.matches(UUID)) {
            throw new ParameterException(spec.commandLine(), "--source is no UUID: " + source);
        }
        final Settings settings = options.load();
        final String bucket = settings.text("store.bucket");
        final ReportUpload upload = new ReportUpload(Services.store(settings), bucket, org);
        final List<ReportUpload.Planned> files = upload.plan(paths, source, type, LocalDate.now(ZoneOffset.UTC));
        try (Progress progress = new Progress("upload", files.size())) {
            upload.upload(files, file -> progress.step(file.file().getFileName().toString()));
        }
        for (final ReportUpload.Planned file : files) {
            spec.commandLine().getOut().println(bucket + "/" + file.key());
        }
        return files.isEmpty() ? 1 : 0;
    }
}

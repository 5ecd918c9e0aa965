package org.usagestreams.cli;

import io.minio.MinioClient;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.Progress;
import org.usagestreams.commandline.Quiet;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.operations.upload.PayloadUpload;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.ObjectWriter;
import org.usagestreams.store.StoreSettings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "payload",
        mixinStandardHelpOptions = true,
        description = "Uploads payloads of clusters' operators to the bucket, where an intake unpacks them.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all payloads were uploaded; with --wait, all are LOADED or SUPERSEDED",
            "1:the command failed",
            "2:wrong usage",
            "3:with --wait: a payload is FAILED or REMOVED, or all of its rows were dropped",
            "4:with --wait: not all payloads were loaded within --timeout"
        })
final class PayloadCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Payloads as operators pack them: tar.gz files.")
    private List<Path> files;

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            required = true,
            description = "Organisation of the clusters, as named in object keys.")
    private String organisation;

    @Option(names = "--wait", description = "Waits until the payloads are LOADED.")
    private boolean wait;

    @Mixin
    private TimeoutOption timeout;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.loadFor(Part.STORE);
        final MinioClient client = StoreSettings.client(settings);
        final PayloadUpload upload = new PayloadUpload(
                new ObjectStore(client), new ObjectWriter(client), settings.text("store.bucket"), organisation);
        final List<String> keys = new ArrayList<>();
        try (Progress progress = new Progress("upload", files.size())) {
            for (final Path file : files) {
                keys.add(upload.upload(file));
                progress.step(String.valueOf(file.getFileName()));
            }
        }
        final PrintWriter out = Quiet.unless(spec.commandLine().getOut());
        keys.forEach(key -> out.println(Printable.of(settings.text("store.bucket") + "/" + key)));
        out.flush();
        if (!wait) {
            return 0;
        }
        final List<ObjectStore.Stored> uploaded = new ArrayList<>();
        for (final String key : keys) {
            uploaded.add(upload.stored(key));
        }
        return LoadReport.await(
                settings,
                uploaded,
                timeout.timeout(),
                new ListFormat(),
                spec.commandLine().getOut());
    }
}

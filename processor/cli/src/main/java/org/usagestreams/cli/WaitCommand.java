package org.usagestreams.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.wire.notification.ReportKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "wait",
        mixinStandardHelpOptions = true,
        description =
                "Waits until objects, as they are in the bucket now, are LOADED: every row that they lead to is in"
                        + " PostgreSQL.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all are LOADED, or SUPERSEDED by what is newer",
            "1:the command failed",
            "2:wrong usage",
            "3:an object FAILED, is IGNORED, or was REMOVED",
            "4:the time was up"
        })
final class WaitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Parameters(
            paramLabel = "OBJECT|DIR|SOURCE",
            arity = "1..*",
            description = "An object's key, with or without bucket; files that were uploaded, or their folder; or the"
                    + " UUID of a cluster, for all of its objects.")
    private List<String> what;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "60s",
            description = "How long, such as 500ms, 60s or 5m (${DEFAULT-VALUE}).")
    private Duration timeout;

    @Option(names = "--prefix", defaultValue = "", description = "Where to look for a source's objects in the bucket.")
    private String prefix;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.load();
        final ObjectStore store = new ObjectStore(StoreSettings.client(settings));
        final String bucket = settings.text("store.bucket");
        final List<ObjectStore.Stored> targets = new ArrayList<>();
        for (final String name : what) {
            if (name.matches(UploadCommand.UUID)) {
                targets.addAll(ofSource(name, store, bucket));
            } else {
                for (final String key : keys(name, bucket)) {
                    targets.add(store.current(bucket, key)
                            .orElseThrow(() -> new IOException("there is no object " + bucket + "/" + key)));
                }
            }
        }
        return new LoadWait(settings, spec.commandLine().getOut()).await(targets, timeout);
    }

    /** As the listing has them: asking for each of them would take long. */
    private List<ObjectStore.Stored> ofSource(String source, ObjectStore store, String bucket) throws IOException {
        final Optional<String> wanted = Optional.of(source.toLowerCase(Locale.ROOT));
        final List<ObjectStore.Stored> found = new ArrayList<>();
        String after = "";
        while (after != null) {
            final ObjectStore.Page page = store.list(bucket, prefix, after, ObjectStore.PAGE);
            for (final ObjectStore.Listed object : page.objects()) {
                if (ReportKey.of(object.key()).map(ReportKey::source).equals(wanted)) {
                    found.add(new ObjectStore.Stored(
                            bucket, object.key(), object.etag(), "", object.size(), object.lastModified(), Map.of()));
                }
            }
            after = page.next();
        }
        if (found.isEmpty()) {
            throw new IOException("bucket " + bucket + " has no report of source " + source);
        }
        return found;
    }

    private static List<String> keys(String name, String bucket) throws IOException {
        if (Files.exists(Path.of(name))) {
            return new ReportUpload(null, bucket, UploadCommand.ORG)
                    .plan(List.of(Path.of(name)), null, null, LocalDate.now(ZoneOffset.UTC)).stream()
                            .map(ReportUpload.Planned::key)
                            .toList();
        }
        return List.of(name.startsWith(bucket + "/") ? name.substring(bucket.length() + 1) : name);
    }
}

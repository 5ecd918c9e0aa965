package org.usagestreams.cli;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.operations.loading.LoadTargets;
import org.usagestreams.operations.upload.UploadPlan;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreSettings;
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
            "3:an object FAILED, is IGNORED, was REMOVED, or lost all of its rows",
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

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "With the UUID of a cluster: only objects of this organisation, as their keys name it.")
    private String organisation;

    @Option(names = "--prefix", defaultValue = "", description = "Where to look for a source's objects in the bucket.")
    private String prefix;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.load();
        final LoadTargets targets = new LoadTargets(
                new ObjectStore(StoreSettings.client(settings)),
                settings.text("store.bucket"),
                new UploadPlan(UploadCommand.ORG));
        return LoadReport.await(
                settings,
                targets.named(what, organisation, prefix),
                timeout,
                spec.commandLine().getOut());
    }
}

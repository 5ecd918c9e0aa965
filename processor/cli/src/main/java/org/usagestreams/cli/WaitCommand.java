package org.usagestreams.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
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
        description = "Waits until the current versions of objects are LOADED, that is until all of their rows are in"
                + " PostgreSQL. Prints the objects that are not.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all objects are LOADED, or SUPERSEDED by newer ones",
            "1:the command failed",
            "2:wrong usage",
            "3:an object is FAILED, IGNORED or REMOVED, or all of its rows were dropped",
            "4:not all objects were loaded within --timeout"
        })
final class WaitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Parameters(
            paramLabel = "OBJECT|DIR|SOURCE",
            arity = "1..*",
            description =
                    "Key of an object, with or without the bucket; a file that was uploaded, or a folder of them; or"
                            + " the UUID of a cluster, for all of its objects.")
    private List<String> what;

    @Mixin
    private TimeoutOption timeout;

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "With the UUID of a cluster: only objects of this organisation, as named in object keys.")
    private String organisation;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            defaultValue = "",
            description = "With the UUID of a cluster: only objects whose keys begin with this.")
    private String prefix;

    @Mixin
    private ListFormat format;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.loadFor(Part.STORE, Part.POSTGRES);
        final LoadTargets targets = new LoadTargets(
                new ObjectStore(StoreSettings.client(settings)),
                settings.text("store.bucket"),
                new UploadPlan(UploadCommand.ORG));
        return LoadReport.await(
                settings,
                targets.named(what, organisation, prefix),
                timeout.timeout(),
                format,
                spec.commandLine().getOut());
    }
}

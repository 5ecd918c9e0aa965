package org.usagestreams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.commandline.Interruption;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.Progress;
import org.usagestreams.commandline.Quiet;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.reconciler.Reconciler;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.reconciler.RemovalLimit;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "reconcile",
        mixinStandardHelpOptions = true,
        description = "Compares the bucket with the ledger, and sends the notifications that were lost. A splitter does"
                + " the same at start and every reconcile.interval.ms.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:the whole bucket was compared",
            "1:the command failed, the ledger did not catch up in time, or more objects are missing than"
                    + " reconcile.removals.* allow",
            "2:wrong usage"
        })
final class ReconcileCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(names = "--dry-run", description = "Lists the missed changes and sends nothing.")
    private boolean dryRun;

    @Option(
            names = "--yes",
            description = "Accept any number of removals. By default the settings reconcile.removals.* limit them.")
    private boolean yes;

    @Mixin
    private ListFormat format;

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            description = "Only keys that begin with this (default: the setting reconcile.prefix).")
    private String prefix;

    @Override
    @SuppressWarnings({"try", "unused"}) // The interruption is only closed.
    public Integer call() throws Exception {
        final Settings settings = options.loadFor(Part.KAFKA, Part.STORE, Part.POSTGRES);
        final PrintWriter out = spec.commandLine().getOut();
        final Reconciliation reconciliation = new Reconciliation(
                settings,
                KafkaClients.real(),
                Time.SYSTEM,
                prefix == null ? settings.text("reconcile.prefix") : prefix,
                yes || dryRun ? RemovalLimit.NONE : Reconciliation.limit(settings));
        final Reconciler.Result result;
        final List<ObjectNode> missed = new ArrayList<>();
        try (Progress progress = new Progress("compare", reconciliation.known());
                Interruption interruption = Interruption.says(
                        () -> "Interrupted: not all of the bucket was compared. Notifications that were"
                                + " sent are processed. Call the command again to compare the rest.")) {
            result = dryRun
                    ? reconciliation.dryRun(progress::stepTo, event -> {
                        if (format.isForPeople()) {
                            out.println(Printable.of(event.kind() + "  " + event.bucket() + "/" + event.key()));
                        } else {
                            missed.add(JsonRows.row()
                                    .put("kind", event.kind().name())
                                    .put("bucket", event.bucket())
                                    .put("object_key", event.key()));
                        }
                    })
                    : reconciliation.run(progress::stepTo);
        }
        if (!format.isForPeople()) {
            format.print(missed, out);
        }
        (format.isForPeople() ? Quiet.unless(out) : spec.commandLine().getErr())
                .printf(
                        "%d objects compared. %s: %d creations, %d removals.%n",
                        result.listed(),
                        dryRun ? "Missed notifications" : "Notifications sent",
                        result.created(),
                        result.removed());
        if (result.late() != null) {
            out.println("Not everything was compared: " + Printable.of(result.late()));
        }
        if (result.refused() != null) {
            out.println(Printable.of(result.refused())
                    + ". No object was declared removed. Check the list with --dry-run, then accept it with --yes.");
        }
        return result.late() == null && result.refused() == null ? 0 : 1;
    }
}

package org.usagestreams.cli;

import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.operations.readmission.DayReadmission;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "readmit",
        mixinStandardHelpOptions = true,
        description =
                "Reads a day beyond retention back from the bucket. Its objects are read again, rows that differ are"
                        + " replaced, and surplus rows are deleted. The day stays in the state for"
                        + " retention.readmitted.days.")
final class ReadmitCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(names = "--source", paramLabel = "UUID", required = true, description = "The cluster.")
    private UUID source;

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "The cluster's organisation, as named in object keys. Required if the ledger knows several.")
    private String organisation;

    @Option(names = "--date", paramLabel = "DATE", required = true, description = "The usage date, such as 2025-11-03.")
    private LocalDate date;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "5m",
            description = "How long to wait until the rows are in PostgreSQL (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.loadFor(Part.KAFKA, Part.STORE, Part.POSTGRES);
        final DayReadmission readmission = new DayReadmission(settings, source, date);
        final List<ObjectStore.Stored> objects = readmission.order(organisation, timeout);
        final String late = readmission.awaitLedger(timeout);
        if (late != null) {
            spec.commandLine()
                    .getErr()
                    .println("Not done within --timeout; it continues in the background: "
                            + Printable.of(String.valueOf(late)));
            return LoadReport.TIMED_OUT;
        }
        return LoadReport.await(
                settings, objects, timeout, new ListFormat(), spec.commandLine().getOut());
    }
}

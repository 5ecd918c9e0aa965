package org.usagestreams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.Quiet;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Shutdown;
import org.usagestreams.ledger.DayTable;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.instances.Instance;
import org.usagestreams.operations.sink.OrphanedDays;
import org.usagestreams.settings.Settings;
import org.usagestreams.wire.ledger.UploadState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description =
                "Shows the state of uploads or of days, from the ledger in PostgreSQL, or of the instances that run.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the command failed; with --failed: a version FAILED; with --instances: one is dead, or no instance of a"
                    + " kind runs",
            "2:wrong usage"
        })
final class StatusCommand implements Callable<Integer> {
    private static final Duration LOOK = Duration.ofMillis(500);

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "Only this organisation, as named in object keys.")
    private String organisation;

    @Option(names = "--source", paramLabel = "UUID", description = "Only this cluster.")
    private UUID source;

    @Option(
            names = "--date",
            paramLabel = "DATE",
            description = "Only objects with line items of this usage date, such as 2025-11-03.")
    private LocalDate date;

    @Option(names = "--object", paramLabel = "TEXT", description = "Only objects whose bucket/key contains this text.")
    private String object;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = "Only versions in this state: ${COMPLETION-CANDIDATES}.")
    private UploadState state;

    @Option(names = "--failed", description = "Only versions that FAILED.")
    private boolean failed;

    @Option(
            names = "--days",
            description = "Shows days instead: rows, live objects, and hours that are complete from midnight on (UTC).")
    private boolean days;

    @Option(
            names = "--instances",
            description =
                    "Shows splitters, processors and sinks instead: those that run, on all hosts, and those of this"
                            + " host that have died.")
    private boolean instances;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "Maximum number of lines (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Mixin
    private ListFormat format;

    @Option(
            names = "--watch",
            description = "Keeps showing how many versions are in each state, until Ctrl-C. Only the filters by"
                    + " organisation, source, date and object apply.")
    private boolean watch;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.loadFor(instances ? Part.KAFKA : Part.POSTGRES);
        final PrintWriter out = spec.commandLine().getOut();
        if (instances) {
            final List<Instance> found = InstanceLines.read(settings);
            InstanceLines.print(found, format, out);
            return InstanceLines.isIncomplete(found) ? 1 : 0;
        }
        final LedgerTable.Query query =
                new LedgerTable.Query(organisation, source, date, failed ? UploadState.FAILED : state, object);
        try (Connection connection = PostgresSettings.connect(settings)) {
            final LedgerTable ledger = new LedgerTable(connection, settings.text("postgres.status.schema"));
            final DayTable ofDays = new DayTable(connection, settings.text("postgres.status.schema"));
            if (days) {
                showDays(ofDays, out);
                return 0;
            }
            if (format.isForPeople()) {
                show(ledger, query, out);
                showDoubts(ofDays, OrphanedDays.count(connection, settings, organisation, source, date), out);
            } else {
                format.print(JsonRows.parse(ledger.findJson(query, limit)), out);
            }
            out.flush();
            if (watch) {
                watch(ledger);
            }
            return failed && ledger.count(query).get(UploadState.FAILED) > 0 ? 1 : 0;
        }
    }

    private void show(LedgerTable ledger, LedgerTable.Query query, PrintWriter out) throws SQLException {
        final Map<UploadState, Long> counts = ledger.count(query);
        final long all = counts.values().stream().mapToLong(Long::longValue).sum();
        final List<LedgerRow> rows = ledger.find(query, limit);
        UploadLines.print(rows, out);
        Quiet.unless(out)
                .println((rows.size() < all ? rows.size() + " of " : "") + all + " object versions: "
                        + StateBar.text(counts));
    }

    private void showDoubts(DayTable ofDays, long orphans, PrintWriter out) throws SQLException {
        final long refused = ofDays.refusedDays(organisation, source, date);
        if (refused > 0) {
            out.println(refused + (refused == 1 ? " day is" : " days are")
                    + " not loaded, because PostgreSQL refuses the rows. See: status --days");
        }
        warn(out, orphans, "are not on the summary topic, and keep their rows (scripts/sink --orphans)");
        final DayTable.Doubts doubts = ofDays.doubts(organisation, source, date);
        warn(out, doubts.differing(), "differ from the rows derived from the bucket (status --days, scripts/validate)");
        warn(out, doubts.unknown(), "could not be compared with the bucket (scripts/validate says why)");
        warn(
                out,
                doubts.doubled(),
                "have rows of cost management's own summary as well, so usage counts twice: switch its summary off"
                        + " (docs/with-cost-management.md)");
    }

    private static void warn(PrintWriter out, long days, String what) {
        if (days > 0) {
            out.println("warning: days that " + what + ": " + days);
        }
    }

    private void showDays(DayTable ofDays, PrintWriter out) throws SQLException {
        final List<ObjectNode> found = JsonRows.parse(ofDays.json(organisation, source, date, limit));
        if (format.isForPeople()) {
            DayLines.print(found, out);
        } else {
            format.print(found, out);
        }
        out.flush();
    }

    private void watch(LedgerTable ledger) throws SQLException, InterruptedException {
        final CountDownLatch stop = new CountDownLatch(1);
        Shutdown.onSignal(stop::countDown);
        final LedgerTable.Query query = new LedgerTable.Query(organisation, source, date, null, object);
        try (StateBar bar = new StateBar("uploads")) {
            do {
                bar.show(ledger.count(query));
            } while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        }
    }
}

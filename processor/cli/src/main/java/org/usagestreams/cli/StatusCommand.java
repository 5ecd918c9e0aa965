package org.usagestreams.cli;

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
import java.util.stream.Collectors;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Shutdown;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.ledger.PostgresSettings;
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
        description = "Shows the state of uploads, or of days, from the ledger in PostgreSQL.")
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

    @Option(names = "--failed", description = "Only versions that FAILED. Exit code 1 if there are any.")
    private boolean failed;

    @Option(
            names = "--days",
            description = "Shows days instead: rows, live objects, and hours that are complete from midnight on (UTC).")
    private boolean days;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "50",
            description = "Maximum number of lines (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--json", description = "Prints one JSON object per line, with all columns.")
    private boolean json;

    @Option(names = "--watch", description = "Keeps showing changes until Ctrl-C.")
    private boolean watch;

    @Override
    public Integer call() throws Exception {
        final Settings settings = options.load();
        final PrintWriter out = spec.commandLine().getOut();
        final LedgerTable.Query query =
                new LedgerTable.Query(organisation, source, date, failed ? UploadState.FAILED : state, object);
        try (Connection connection = PostgresSettings.connect(settings)) {
            final LedgerTable ledger = new LedgerTable(connection, settings.text("postgres.status.schema"));
            if (days) {
                showDays(ledger, out);
                return 0;
            }
            if (json) {
                ledger.findJson(query, limit).forEach(line -> out.println(Printable.of(line)));
            } else {
                show(ledger, query, out);
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
        out.println((rows.size() < all ? rows.size() + " of " : "") + all + " object versions: "
                + counts.entrySet().stream()
                        .filter(count -> count.getValue() > 0)
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", ")));
        final long refused = ledger.refusedDays(organisation, source, date);
        if (refused > 0) {
            out.println(refused + (refused == 1 ? " day is" : " days are")
                    + " not loaded, because PostgreSQL refuses the rows. See: status --days");
        }
        final LedgerTable.Doubts doubts = ledger.doubts(organisation, source, date);
        warn(out, doubts.differing(), "differ from what the bucket leads to (status --days, scripts/validate)");
        warn(out, doubts.unknown(), "could not be compared with the bucket (scripts/validate says why)");
        warn(
                out,
                doubts.doubled(),
                "have rows of cost management's own summary beside ours, so usage counts twice: switch its summary off"
                        + " (docs/with-cost-management.md)");
    }

    private static void warn(PrintWriter out, long days, String what) {
        if (days > 0) {
            out.println("warning: days that " + what + ": " + days);
        }
    }

    private void showDays(LedgerTable ledger, PrintWriter out) throws SQLException {
        final List<String> found = ledger.daysJson(organisation, source, date, limit);
        if (json) {
            found.forEach(line -> out.println(Printable.of(line)));
        } else {
            DayLines.print(found, out);
        }
        out.flush();
    }

    private void watch(LedgerTable ledger) throws SQLException, InterruptedException {
        final CountDownLatch stop = new CountDownLatch(1);
        Shutdown.onSignal(stop::countDown);
        final LedgerTable.Query query = new LedgerTable.Query(organisation, source, date, null, object);
        try (StageBars bars = new StageBars(spec.commandLine().getOut())) {
            do {
                bars.show(ledger.find(query, limit));
            } while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        }
    }
}

package org.usagestreams.cli;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Table;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.sink.Fillfactors;
import org.usagestreams.operations.sink.Sinks;
import org.usagestreams.settings.Settings;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "fillfactor",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the fillfactor of the summary's tables and partitions in PostgreSQL, and the share of updates that"
                    + " changed no index (heap-only). With --yes, sets the fillfactor.",
            "The sink sets it for new partitions if postgres.fillfactor is set and the function of --function exists."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:done", "1:the command failed, or PostgreSQL refused the change for a table", "2:wrong usage"
        })
final class FillfactorCommand implements Callable<Integer> {
    private static final int LEAST = 10;
    private static final int FULL = 100;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(
            names = "--yes",
            description =
                    "Sets the fillfactor of all tables and partitions that have another one. postgres.user must own"
                            + " them. Readers and writers are not blocked. Full pages stay full until their rows are"
                            + " written"
                            + " again (VACUUM FULL).")
    private boolean yes;

    @Option(
            names = "--percent",
            paramLabel = "N",
            defaultValue = "45",
            description =
                    "The fillfactor (default: ${DEFAULT-VALUE}, which leaves room for one new version of each row).")
    private int percent;

    @Option(
            names = "--function",
            description =
                    "Prints the SQL function with which the sink sets it for new partitions. Run it as the owner of the"
                            + " tables, and set postgres.fillfactor.")
    private boolean function;

    @Mixin
    private ListFormat format;

    @Override
    public Integer call() throws SQLException {
        if (percent < LEAST || percent > FULL) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--percent': " + percent + " is not between " + LEAST + " and " + FULL);
        }
        final Settings settings = function ? options.load() : options.loadFor(Part.POSTGRES);
        final PrintWriter out = spec.commandLine().getOut();
        if (function) {
            out.println(new Sinks(settings).get(SinkDefinition.SINKS.get(0)).fillfactorSql());
            return 0;
        }
        try (Connection connection = PostgresSettings.connect(settings)) {
            final Fillfactors fillfactors = new Fillfactors(connection, settings);
            final Map<String, String> refused = yes ? fillfactors.set(percent) : Map.of();
            print(fillfactors, format, out);
            refused.forEach((name, reason) -> spec.commandLine()
                    .getErr()
                    .println("Cannot set the fillfactor of " + name + ": " + reason
                            + ". Run this as the role that owns it."));
            return refused.isEmpty() ? 0 : 1;
        }
    }

    private static void print(Fillfactors fillfactors, ListFormat format, PrintWriter out) throws SQLException {
        if (!format.isForPeople()) {
            format.print(fillfactors.list().stream().map(JsonRows::of).toList(), out);
            return;
        }
        final Table table = new Table(Ansi.AUTO, 5, 1, 2, 3, 4);
        table.head("table", "fillfactor", "MB", "updates", "heap-only");
        for (final Fillfactors.Part part : fillfactors.list()) {
            table.add(
                    part.name(),
                    Integer.toString(part.fillfactor()),
                    String.format(Locale.ROOT, "%.1f", part.bytes() / 1e6),
                    Long.toString(part.updates()),
                    part.updates() == 0 ? "-" : 100 * part.heapOnly() / part.updates() + " %");
        }
        table.print(out);
        out.flush();
    }
}

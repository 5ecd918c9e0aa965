package org.usagestreams.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Table;
import org.usagestreams.connectors.ConnectClient;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.sink.OrphanedDays;
import org.usagestreams.operations.sink.Sinks;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        description = {
            "Prints the configurations of the sink connectors, filled in from the settings, or sends them to a Connect"
                    + " worker (PUT /connectors/NAME/config).",
            "A password given by reference, such as $${directory:/run/secrets:name}, stays a reference, which the"
                    + " worker resolves (its config.providers). A password given as text is printed and sent as text."
        })
final class SinkCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final Duration WATCH = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(names = "--sink", paramLabel = "NAME", description = "Only this sink: daily-summary or upload-ledger.")
    private String sink;

    @Option(names = "--sql", description = "Prints the SQL statements that create the tables instead.")
    private boolean sql;

    @Option(
            names = "--roles",
            description = "Prints the SQL statements that create the roles of the services instead. Set their passwords"
                    + " yourself.")
    private boolean roles;

    @Option(
            names = "--create",
            description = "With --sql or --roles: runs the statements as postgres.user instead of printing them.")
    private boolean create;

    @Option(
            names = "--connect",
            paramLabel = "URL",
            description = "Sends the configurations to the Connect worker at this URL instead of printing them.")
    private URI connect;

    @Option(
            names = "--watch",
            description = "With --connect: keeps running, and restarts failed tasks, until it is stopped.")
    private boolean watch;

    @Option(
            names = "--orphans",
            description =
                    "Lists the days in the table that are not on the summary topic instead. This happens if the topic was"
                            + " deleted and created again, or lost records. The sink keeps their rows, and replaces them"
                            + " when the days are published again.")
    private boolean orphans;

    @Option(
            names = "--delete",
            description =
                    "With --orphans: deletes the status of these days, and the rows that usage-streams wrote. postgres.user"
                            + " needs the rights of usage_sink.")
    private boolean delete;

    @Mixin
    private ListFormat format;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        if (sink != null && !SinkDefinition.SINKS.contains(sink)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "Invalid value for option '--sink': '" + sink + "' is none of " + SinkDefinition.SINKS);
        }
        if (create && !sql && !roles) {
            throw new ParameterException(spec.commandLine(), "--create can only be used with --sql or --roles");
        }
        if (watch && connect == null) {
            throw new ParameterException(spec.commandLine(), "--watch can only be used with --connect");
        }
        if (delete && !orphans) {
            throw new ParameterException(spec.commandLine(), "--delete can only be used with --orphans");
        }
        if (!format.isForPeople() && !orphans) {
            throw new ParameterException(spec.commandLine(), "--json and --csv can only be used with --orphans");
        }
        final Settings settings = options.load();
        if (orphans) {
            orphans(settings);
            return 0;
        }
        final Sinks sinks = new Sinks(settings);
        final List<SinkDefinition> definitions = sink == null ? sinks.all() : List.of(sinks.get(sink));
        if (sql || roles) {
            statements(sinks, Sinks.statements(definitions, sql, roles));
        } else {
            connectors(definitions);
        }
        return 0;
    }

    private void orphans(Settings settings) throws SQLException {
        final PrintWriter out = spec.commandLine().getOut();
        try (Connection connection = PostgresSettings.connect(settings);
                Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            final OrphanedDays days = new OrphanedDays(connection, settings, admin);
            final List<OrphanedDays.Day> found = days.list();
            if (format.isForPeople()) {
                print(found, out);
            } else {
                format.print(found.stream().map(SinkCommand::row).toList(), out);
            }
            if (delete) {
                final long deleted = days.delete(found);
                if (format.isForPeople()) {
                    out.println("Deleted " + deleted + " rows of these days.");
                }
            }
        }
    }

    private static void print(List<OrphanedDays.Day> days, PrintWriter out) {
        final Table table = new Table(Ansi.AUTO, 4, 3);
        table.head("date", "organisation", "source", "rows");
        days.forEach(day -> table.add(
                day.date().toString(), day.organisation(), day.source().toString(), Long.toString(day.rows())));
        table.print(out);
        out.println("Days in the table that are not on the summary topic: " + days.size());
    }

    private static ObjectNode row(OrphanedDays.Day day) {
        return JsonRows.row()
                .put("date", day.date().toString())
                .put("organisation", day.organisation())
                .put("source", day.source().toString())
                .put("rows", day.rows());
    }

    private void statements(Sinks sinks, String statements) throws SQLException {
        if (!create) {
            spec.commandLine().getOut().println(statements);
            return;
        }
        sinks.run(statements);
        spec.commandLine().getOut().println("The statements were run.");
    }

    private void put(ConnectClient client, SinkDefinition definition) throws IOException, InterruptedException {
        try {
            client.put(definition.name(), definition.config());
        } catch (ConnectException | HttpConnectTimeoutException e) {
            throw new IllegalStateException(
                    "Cannot reach Connect: " + connect.getAuthority()
                            + " does not answer. Check --connect, and that the worker runs.",
                    e);
        }
    }

    private void connectors(List<SinkDefinition> definitions) throws IOException, InterruptedException {
        final PrintWriter out = spec.commandLine().getOut();
        if (connect == null) {
            for (final SinkDefinition definition : definitions) {
                out.println(JSON.writeValueAsString(new TreeMap<>(definition.config())));
            }
            return;
        }
        final ConnectClient client = new ConnectClient(connect);
        for (final SinkDefinition definition : definitions) {
            put(client, definition);
            out.println("Configured " + definition.name());
            out.flush();
        }
        if (watch) {
            client.restartFailed(definitions.stream().map(SinkDefinition::name).toList(), WATCH);
        }
    }
}

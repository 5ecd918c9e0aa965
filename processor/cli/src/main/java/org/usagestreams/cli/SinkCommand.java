package org.usagestreams.cli;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.connectors.ConnectClient;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.operations.sink.Sinks;
import picocli.CommandLine.Command;
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
        final Sinks sinks = new Sinks(options.load());
        final List<SinkDefinition> definitions = sink == null ? sinks.all() : List.of(sinks.get(sink));
        if (sql || roles) {
            statements(sinks, Sinks.statements(definitions, sql, roles));
        } else {
            connectors(definitions);
        }
        return 0;
    }

    private void statements(Sinks sinks, String statements) throws SQLException {
        if (!create) {
            spec.commandLine().getOut().println(statements);
            return;
        }
        sinks.run(statements);
        spec.commandLine().getOut().println("The statements were run.");
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
            client.put(definition.name(), definition.config());
            out.println("Configured " + definition.name());
            out.flush();
        }
        if (watch) {
            client.restartFailed(definitions.stream().map(SinkDefinition::name).toList(), WATCH);
        }
    }
}

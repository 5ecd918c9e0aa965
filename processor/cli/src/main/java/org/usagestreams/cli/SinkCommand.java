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
            "Prints the sink connectors' configurations as a Connect worker takes them (PUT /connectors/NAME/config),"
                    + " filled in from the settings; or puts them in place.",
            "A password that the settings give as a reference, ${directory:/run/secrets:name}, stays a reference: the"
                    + " worker resolves it (its config.providers). Any other is printed and sent as it is."
        })
final class SinkCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final Duration WATCH = Duration.ofSeconds(10);

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(names = "--sink", paramLabel = "NAME", description = "One sink only: daily-summary or upload-ledger.")
    private String sink;

    @Option(names = "--sql", description = "Prints the statements that create the tables instead.")
    private boolean sql;

    @Option(
            names = "--roles",
            description = "Prints the statements that create the services' roles in PostgreSQL instead; their passwords"
                    + " are yours to set.")
    private boolean roles;

    @Option(
            names = "--create",
            description = "With --sql or --roles: runs the statements as postgres.user instead of printing them.")
    private boolean create;

    @Option(
            names = "--connect",
            paramLabel = "URL",
            description = "Gives the configurations to the Connect worker there instead of printing them.")
    private URI connect;

    @Option(
            names = "--watch",
            description = "With --connect: stays, and starts anew what has failed, until it is stopped.")
    private boolean watch;

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        if (sink != null && !SinkDefinition.SINKS.contains(sink)) {
            throw new ParameterException(spec.commandLine(), "--sink is none of " + SinkDefinition.SINKS + ": " + sink);
        }
        if (create && !sql && !roles) {
            throw new ParameterException(spec.commandLine(), "--create goes with --sql or --roles");
        }
        if (watch && connect == null) {
            throw new ParameterException(spec.commandLine(), "--watch goes with --connect");
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
        spec.commandLine().getOut().println("the statements were run");
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
            out.println(definition.name() + " is in place");
            out.flush();
        }
        if (watch) {
            client.restartFailed(definitions.stream().map(SinkDefinition::name).toList(), WATCH);
        }
    }
}

package org.usagestreams.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.concurrent.Callable;
import org.usagestreams.command.SettingsOptions;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        description = "Prints the sink connectors' configurations as a Connect worker takes them (PUT"
                + " /connectors/NAME/config), filled in from the settings: the password too.")
final class SinkCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(
            names = "--sink",
            paramLabel = "NAME",
            description = "One sink only: daily-summary, upload-ledger or summary-status.")
    private String sink;

    @Option(names = "--sql", description = "Prints the statements that create the tables instead.")
    private boolean sql;

    @Override
    public Integer call() throws JsonProcessingException {
        if (sink != null && !SinkDefinition.SINKS.contains(sink)) {
            throw new ParameterException(spec.commandLine(), "--sink is none of " + SinkDefinition.SINKS + ": " + sink);
        }
        final Settings settings = options.load();
        for (final String name : sink == null ? SinkDefinition.SINKS : List.of(sink)) {
            final SinkDefinition definition = new SinkDefinition(
                    name, settings::plain, role -> settings.topics().name(TopicRole.valueOf(role)));
            spec.commandLine()
                    .getOut()
                    .println(sql ? definition.tableSql() : JSON.writeValueAsString(definition.config()));
        }
        return 0;
    }
}

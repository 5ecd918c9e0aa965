package org.usagestreams.standalone;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.concurrent.Callable;
import org.usagestreams.command.SettingsOptions;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicRole;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        description = "Prints the sink connector's configuration as a Connect worker takes it (PUT"
                + " /connectors/usage-daily-summary-sink/config), filled in from the settings: the password too.")
final class SinkCommand implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(names = "--sql", description = "Prints the statements that create the plain table instead.")
    private boolean sql;

    @Override
    public Integer call() throws JsonProcessingException {
        final Settings settings = options.load();
        final SinkDefinition sink =
                new SinkDefinition(settings::plain, role -> settings.topics().name(TopicRole.valueOf(role)));
        spec.commandLine().getOut().println(sql ? sink.tableSql() : JSON.writeValueAsString(sink.config()));
        return 0;
    }
}

package org.usagestreams.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.operations.strimzi.StrimziResources;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Topics, users and connectors as Strimzi's resources: made of the same files as everything else. */
@Command(
        name = "strimzi",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Writes topics.yaml, users.yaml and connectors.yaml: KafkaTopic, KafkaUser and KafkaConnector"
                + " resources of Strimzi, from the topics, from who may do what, and from the sinks.")
final class StrimziCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(names = "--cluster", defaultValue = "usage", description = "Name of the Kafka cluster.")
    private String cluster;

    @Option(names = "--connect", defaultValue = "usage-connect", description = "Name of the KafkaConnect.")
    private String connect;

    @Parameters(paramLabel = "DIR", description = "Where to.")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        new StrimziResources(options.loadUnresolved(), cluster, connect).write(directory);
        spec.commandLine().getOut().println("topics.yaml, users.yaml and connectors.yaml are in " + directory);
        return 0;
    }
}

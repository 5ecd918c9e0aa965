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

/** Writes topics, users and connectors as resources of Strimzi, from the files that define them for everything else. */
@Command(
        name = "strimzi",
        mixinStandardHelpOptions = true,
        showDefaultValues = true,
        description = "Writes Strimzi's resources: topics.yaml (KafkaTopic), users.yaml (KafkaUser) and"
                + " connectors.yaml (KafkaConnector).")
final class StrimziCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @Option(
            names = "--cluster",
            paramLabel = "NAME",
            defaultValue = "usage",
            description = "Name of the Kafka resource.")
    private String cluster;

    @Option(
            names = "--connect",
            paramLabel = "NAME",
            defaultValue = "usage-connect",
            description = "Name of the KafkaConnect resource.")
    private String connect;

    @Parameters(paramLabel = "DIR", description = "The folder to write to.")
    private Path directory;

    @Override
    public Integer call() throws IOException {
        new StrimziResources(options.loadUnresolved(), cluster, connect).write(directory);
        spec.commandLine().getOut().println("Wrote topics.yaml, users.yaml and connectors.yaml to " + directory);
        return 0;
    }
}

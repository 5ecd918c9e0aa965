package org.usagestreams.cli;

import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Table;
import org.usagestreams.operations.replay.PartitionExpansion;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.topics.TopicSpec;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "topics",
        mixinStandardHelpOptions = true,
        description = "Lists the topics, compares them with Kafka's, creates them, or adds partitions.",
        synopsisSubcommandLabel = "show|diff|apply|grow")
final class TopicsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing subcommand: show, diff, apply or grow");
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Lists the topics that usage-streams needs.")
    int show(@Mixin SettingsOptions settings) {
        final PrintWriter out = spec.commandLine().getOut();
        final Table table = new Table(Ansi.AUTO, 4, 1);
        for (final TopicSpec topic : settings.load().topics().all()) {
            table.add(topic.name(), topic.partitions() + " partitions", String.valueOf(topic.cleanup()), topic.about());
            table.add("", "", "", "key: " + topic.key());
            table.add("", "", "", "value: " + topic.value());
        }
        table.print(out);
        return 0;
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = "Lists topics that are missing or differ in Kafka. Exit code 1 if there are any.")
    int diff(@Mixin SettingsOptions options) {
        final Settings settings = options.load();
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            return print(
                    new TopicAdmin(admin).diff(settings.topics().all()),
                    "All topics exist and have the right settings.");
        }
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description =
                    "Creates missing topics and corrects their settings. Exit code 1 if a topic differs in a way that"
                            + " it cannot correct, such as the number of partitions.")
    int apply(@Mixin SettingsOptions options) {
        final Settings settings = options.load();
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            return print(
                    new TopicAdmin(admin)
                            .apply(settings.topics().all(), (short) settings.integer("topics.replication.factor")),
                    "All topics exist and have the right settings.");
        }
    }

    @Command(
            name = "grow",
            mixinStandardHelpOptions = true,
            description =
                    "Adds partitions to the scaled topics and moves records and state to the partitions where they"
                            + " now belong. Stop splitters, processors and sinks first. Afterwards set topics.partitions to the"
                            + " new number and start them. If the command is interrupted, run it again.")
    int grow(
            @Mixin SettingsOptions options,
            @Parameters(paramLabel = "PARTITIONS", description = "The new number of partitions.") int partitions) {
        final Settings settings = options.load();
        final PrintWriter out = spec.commandLine().getOut();
        final int now = settings.topics().get(TopicRole.CHUNKS).partitions();
        if (partitions <= now) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "Cannot change to " + partitions + " partitions: there are " + now
                            + ", and Kafka can only add partitions.");
        }
        try (PartitionExpansion expansion =
                new PartitionExpansion(settings, KafkaClients.real(), Time.SYSTEM, partitions)) {
            expansion.run(said -> {
                out.println(said);
                out.flush();
            });
        }
        out.println("Done. Set topics.partitions=" + partitions + ", then start splitters, processors and sinks.");
        out.flush();
        return 0;
    }

    private int print(List<TopicAdmin.Difference> differences, String none) {
        final PrintWriter out = spec.commandLine().getOut();
        if (differences.isEmpty()) {
            out.println(none);
            return 0;
        }
        differences.forEach(out::println);
        return 1;
    }
}

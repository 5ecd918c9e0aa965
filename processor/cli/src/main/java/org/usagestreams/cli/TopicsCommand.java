package org.usagestreams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.Quiet;
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
    int show(@Mixin SettingsOptions settings, @Mixin ListFormat format) {
        final PrintWriter out = spec.commandLine().getOut();
        final List<TopicSpec> topics = List.copyOf(settings.load().topics().all());
        if (!format.isForPeople()) {
            format.print(topics.stream().map(TopicsCommand::row).toList(), out);
            return 0;
        }
        final Table table = new Table(Ansi.AUTO, 3, 1);
        for (final TopicSpec topic : topics) {
            table.add(topic.name(), topic.partitions() + " partitions", String.valueOf(topic.cleanup()));
            table.addNote(topic.about());
            table.addNote("key: " + topic.key());
            table.addNote("value: " + topic.value());
        }
        table.print(out);
        return 0;
    }

    @Command(
            name = "diff",
            mixinStandardHelpOptions = true,
            description = "Lists topics that are missing or differ in Kafka. Exit code 1 if there are any.")
    int diff(@Mixin SettingsOptions options, @Mixin ListFormat format) {
        final Settings settings = options.loadFor(Part.KAFKA);
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            final List<TopicAdmin.Difference> differences =
                    new TopicAdmin(admin).diff(settings.topics().all());
            if (format.isForPeople()) {
                return print(differences, "All topics exist and have the right settings.");
            }
            format.print(
                    differences.stream().map(TopicsCommand::row).toList(),
                    spec.commandLine().getOut());
            return differences.isEmpty() ? 0 : 1;
        }
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description =
                    "Creates missing topics and corrects their settings. Exit code 1 if a topic differs in a way that"
                            + " it cannot correct, such as the number of partitions.")
    int apply(@Mixin SettingsOptions options) {
        final Settings settings = options.loadFor(Part.KAFKA);
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
                    "Adds partitions to the scaled topics and moves records and state to the partitions where they now"
                            + " belong. Stop splitters, processors and sinks first. Afterwards set topics.partitions to"
                            + " the new number and start them. If the command is interrupted, run it again.")
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

    private static ObjectNode row(TopicSpec topic) {
        return JsonRows.row()
                .put("topic", topic.name())
                .put("partitions", topic.partitions())
                .put("cleanup", String.valueOf(topic.cleanup()))
                .put("about", topic.about())
                .put("key", topic.key())
                .put("value", topic.value());
    }

    private static ObjectNode row(TopicAdmin.Difference difference) {
        return JsonRows.row().put("topic", difference.topic().name()).put("problem", difference.problem());
    }

    private int print(List<TopicAdmin.Difference> differences, String none) {
        final PrintWriter out = spec.commandLine().getOut();
        if (differences.isEmpty()) {
            Quiet.unless(out).println(none);
            return 0;
        }
        differences.forEach(out::println);
        return 1;
    }
}

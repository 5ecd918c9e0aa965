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
        description = "Shows the topics, compares them with Kafka's, or makes these so.",
        synopsisSubcommandLabel = "show|diff|apply")
final class TopicsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "show, diff, apply or grow?");
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Lists the topics as they should be.")
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
            description = "Lists what differs in Kafka; exit code 1 if something does.")
    int diff(@Mixin SettingsOptions options) {
        final Settings settings = options.load();
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            return print(new TopicAdmin(admin).diff(settings.topics().all()), "topics are as they should be");
        }
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = "Creates what is missing and sets what differs; exit code 1 if something is left that takes"
                    + " a person.")
    int apply(@Mixin SettingsOptions options) {
        final Settings settings = options.load();
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            return print(
                    new TopicAdmin(admin)
                            .apply(settings.topics().all(), (short) settings.integer("topics.replication.factor")),
                    "topics are as they should be");
        }
    }

    @Command(
            name = "grow",
            mixinStandardHelpOptions = true,
            description = "Gives the scaled topics more partitions and moves what they hold, and the state, to where it"
                    + " belongs then. Stop splitters, processors and the sinks first; set topics.partitions to the new"
                    + " number and start them afterwards. It can be repeated where it was broken off.")
    int grow(
            @Mixin SettingsOptions options,
            @Parameters(paramLabel = "PARTITIONS", description = "How many there are to be.") int partitions) {
        final Settings settings = options.load();
        final PrintWriter out = spec.commandLine().getOut();
        final int now = settings.topics().get(TopicRole.CHUNKS).partitions();
        if (partitions <= now) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "there are " + now + " partitions already, and Kafka takes none away");
        }
        try (PartitionExpansion expansion =
                new PartitionExpansion(settings, KafkaClients.real(), Time.SYSTEM, partitions)) {
            expansion.run(said -> {
                out.println(said);
                out.flush();
            });
        }
        out.println("set topics.partitions to " + partitions + ", then start splitters, processors and sinks");
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

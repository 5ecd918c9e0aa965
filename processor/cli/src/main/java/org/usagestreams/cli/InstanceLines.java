package org.usagestreams.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Table;
import org.usagestreams.operations.instances.Instance;
import org.usagestreams.operations.instances.Instances;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import picocli.CommandLine.Help.Ansi;

/** Prints the instances of an installation. */
final class InstanceLines {
    private InstanceLines() {}

    /** Those that the broker and this host know. */
    static List<Instance> read(Settings settings) throws IOException {
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            return new Instances(settings, admin).list();
        }
    }

    static void print(List<Instance> instances, ListFormat format, PrintWriter out) {
        if (!format.isForPeople()) {
            format.print(instances.stream().map(JsonRows::of).toList(), out);
            return;
        }
        final Table table = new Table(Ansi.AUTO, 6, 4, 5);
        table.head("state", "kind", "name", "host", "threads", "partitions");
        for (final Instance instance : instances) {
            table.addColoured(
                    instance.state() == Instance.State.RUNNING ? "green" : "red",
                    instance.state().name(),
                    instance.kind().name().toLowerCase(Locale.ROOT),
                    instance.name(),
                    instance.host(),
                    Integer.toString(instance.threads()),
                    Integer.toString(instance.partitions()));
        }
        table.print(out);
        out.flush();
    }

    /** Whether one has died, or a kind has none. */
    static boolean isIncomplete(List<Instance> instances) {
        return instances.stream().anyMatch(instance -> instance.state() != Instance.State.RUNNING);
    }
}

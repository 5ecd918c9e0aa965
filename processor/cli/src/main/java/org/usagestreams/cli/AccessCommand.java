package org.usagestreams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.AccessAdmin;
import org.usagestreams.topics.AccessCatalog;
import org.usagestreams.topics.KafkaClients;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "access",
        mixinStandardHelpOptions = true,
        description = "Lists the rights of each service in Kafka, or creates them as ACLs.",
        synopsisSubcommandLabel = "show|apply")
final class AccessCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "Missing subcommand: show or apply");
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Lists the rights of each service.")
    int show(@Mixin SettingsOptions options, @Mixin ListFormat format) {
        final PrintWriter out = spec.commandLine().getOut();
        if (!format.isForPeople()) {
            final List<ObjectNode> rows = new ArrayList<>();
            catalog(options.load()).principals().forEach(principal -> principal
                    .allow()
                    .forEach(rule -> rows.add(JsonRows.row()
                            .put("service", principal.name())
                            .put("resource_type", rule.resource().resourceType().name())
                            .put("resource", rule.resource().name())
                            .put("pattern_type", rule.resource().patternType().name())
                            .put("operations", rule.operations().toString()))));
            format.print(rows, out);
            return 0;
        }
        for (final AccessCatalog.Principal principal : catalog(options.load()).principals()) {
            out.printf("%s: %s%n", principal.name(), principal.about());
            principal
                    .allow()
                    .forEach(rule -> out.printf(
                            "    %-16s %-44s %s%n",
                            rule.resource().resourceType().name().toLowerCase(Locale.ROOT),
                            rule.resource().name()
                                    + (rule.resource().patternType().name().equals("PREFIXED") ? "*" : ""),
                            rule.operations()));
        }
        return 0;
    }

    @Command(
            name = "apply",
            mixinStandardHelpOptions = true,
            description = "Creates the ACLs. Existing ACLs are not removed without --prune.")
    int apply(
            @Mixin SettingsOptions options,
            @Option(
                            names = "--user",
                            paramLabel = "SERVICE=USER",
                            description =
                                    "Kafka user of a service. By default it has the service's name. Can be repeated.")
                    Map<String, String> users,
            @Option(
                            names = "--passwords",
                            paramLabel = "DIR",
                            description =
                                    "Folder with a file kafka-SERVICE for each service: its content becomes the user's"
                                            + " SCRAM-SHA-512 password.")
                    Path passwords,
            @Option(
                            names = "--prune",
                            description =
                                    "Removes other rights of these users, such as those that an older version needed.")
                    boolean prune)
            throws InterruptedException, IOException {
        final Settings settings = options.loadFor(Part.KAFKA);
        final AccessCatalog catalog = catalog(settings);
        final Map<String, String> named = Objects.requireNonNullElse(users, Map.of());
        final List<AclBinding> bindings = catalog.bindings(named);
        final PrintWriter out = spec.commandLine().getOut();
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            final AccessAdmin access = new AccessAdmin(admin);
            if (passwords != null) {
                for (final AccessCatalog.Principal principal : catalog.principals()) {
                    access.setPassword(
                            named.getOrDefault(principal.name(), principal.name()),
                            Files.readString(passwords.resolve("kafka-" + principal.name()))
                                    .strip());
                }
                out.println("Set the passwords of " + catalog.principals().size() + " users.");
            }
            access.allow(bindings);
            out.println("Created " + bindings.size() + " ACLs.");
            if (prune) {
                access.prune(bindings).forEach(removed -> out.println("removed: " + Printable.of(removed.toString())));
            }
        }
        return 0;
    }

    private static AccessCatalog catalog(Settings settings) {
        return AccessCatalog.shipped(settings.topics(), settings::plain);
    }
}

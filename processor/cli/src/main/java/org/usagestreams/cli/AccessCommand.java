package org.usagestreams.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
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
        description = "Shows what each service may do in Kafka, or tells it the brokers.",
        synopsisSubcommandLabel = "show|apply")
final class AccessCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "show or apply?");
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "Lists what each service may do.")
    int show(@Mixin SettingsOptions options) {
        final PrintWriter out = spec.commandLine().getOut();
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
            description = "Adds the ACLs to the brokers; what is there besides stays, but for --prune.")
    int apply(
            @Mixin SettingsOptions options,
            @Option(
                            names = "--user",
                            paramLabel = "SERVICE=USER",
                            description = "The user that a service connects as; else it has the service's name.")
                    Map<String, String> users,
            @Option(
                            names = "--passwords",
                            paramLabel = "DIR",
                            description =
                                    "Sets each user's SCRAM-SHA-512 password to what the file kafka-SERVICE of this folder"
                                            + " holds.")
                    Path passwords,
            @Option(
                            names = "--prune",
                            description =
                                    "Takes from these users what they may do besides, such as rights that an older version"
                                            + " needed.")
                    boolean prune)
            throws InterruptedException, IOException {
        final Settings settings = options.load();
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
                out.println(catalog.principals().size() + " users have their passwords");
            }
            access.allow(bindings);
            out.println(bindings.size() + " ACLs are there");
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

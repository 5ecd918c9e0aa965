package org.usagestreams.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclBinding;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.settings.Settings;
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
            description = "Creates the ACLs. Existing ACLs are not removed.")
    int apply(
            @Mixin SettingsOptions options,
            @Option(
                            names = "--user",
                            paramLabel = "SERVICE=USER",
                            description =
                                    "Kafka user of a service. By default it has the service's name. Can be repeated.")
                    Map<String, String> users)
            throws InterruptedException {
        final Settings settings = options.load();
        final List<AclBinding> bindings = catalog(settings).bindings(Objects.requireNonNullElse(users, Map.of()));
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            admin.createAcls(bindings).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "Cannot create the ACLs: " + e.getCause().getMessage()
                            + ". The user of this command needs the right ALTER on the cluster, and the brokers an"
                            + " authorizer.",
                    e.getCause());
        }
        spec.commandLine().getOut().println("Created " + bindings.size() + " ACLs.");
        return 0;
    }

    private static AccessCatalog catalog(Settings settings) {
        return AccessCatalog.shipped(settings.topics(), settings::plain);
    }
}

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
            description = "Adds the ACLs to the brokers; what is there besides stays.")
    int apply(
            @Mixin SettingsOptions options,
            @Option(
                            names = "--user",
                            paramLabel = "SERVICE=USER",
                            description = "The user that a service connects as; else it has the service's name.")
                    Map<String, String> users)
            throws InterruptedException {
        final Settings settings = options.load();
        final List<AclBinding> bindings = catalog(settings).bindings(Objects.requireNonNullElse(users, Map.of()));
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            admin.createAcls(bindings).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the brokers did not take the ACLs: " + e.getCause().getMessage(), e.getCause());
        }
        spec.commandLine().getOut().println(bindings.size() + " ACLs are there");
        return 0;
    }

    private static AccessCatalog catalog(Settings settings) {
        return AccessCatalog.shipped(settings.topics(), settings::plain);
    }
}

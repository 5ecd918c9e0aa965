package org.usagestreams.cli;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.reference.ReferenceDatabase;
import org.usagestreams.operations.reference.ReferenceFile;
import org.usagestreams.operations.reference.ReferencePublisher;
import org.usagestreams.operations.reference.ReferenceSet;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        description = "Loads clusters with their report periods, enabled tag keys, cost categories and tag mappings of"
                + " organisations. A kind that is loaded replaces all that the organisation had of it; the days"
                + " that it affects are summarised anew.")
final class ReferenceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @ArgGroup(multiplicity = "1")
    private From from;

    private static final class From {
        @Option(
                names = {"-f", "--file"},
                description = "YAML or JSON with organisation, clusters, enabled_keys, cost_categories, tag_mappings;"
                        + " or a list of such.")
        private Path file;

        @Option(
                names = "--from-postgres",
                paramLabel = "SCHEMA",
                description = "Cost management's tables in this schema of the database in postgres.url.")
        private String schema;
    }

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "The organisation of --from-postgres, as object keys name it; its schema's name by default.")
    private String organisation;

    @Override
    public Integer call() throws SQLException {
        final Settings settings = options.load();
        final List<ReferenceSet> sets =
                from.file != null ? ReferenceFile.read(from.file) : List.of(fromPostgres(settings));
        final int written =
                new ReferencePublisher(KafkaClients.real(), settings.kafkaClient(), settings.topics()).publish(sets);
        spec.commandLine().getOut().println(written + " records changed");
        return 0;
    }

    private ReferenceSet fromPostgres(Settings settings) throws SQLException {
        try (Connection connection = PostgresSettings.connect(settings)) {
            return ReferenceDatabase.read(connection, from.schema, organisation == null ? from.schema : organisation);
        }
    }
}

package org.usagestreams.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Shutdown;
import org.usagestreams.instance.PeriodicThread;
import org.usagestreams.operations.reference.ReferenceFile;
import org.usagestreams.operations.reference.ReferenceLoad;
import org.usagestreams.operations.reference.ReferenceLoad.Unnamed;
import org.usagestreams.operations.replay.KnownDays;
import org.usagestreams.reference.ReferenceFollowService;
import org.usagestreams.reference.ReferencePublisher;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.reference.ReferenceSource;
import org.usagestreams.service.splitter.ReferenceFollowing;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.DayKey;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "reference",
        mixinStandardHelpOptions = true,
        description = "Loads clusters with their report periods, enabled tag keys, cost categories and tag mappings of"
                + " organisations, or follows cost management's. Days that a change affects are summarised anew."
                + " Organisations that are not named are not touched.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:all was loaded",
            "1:the command failed, or nobody agreed to what --replace would remove",
            "2:wrong usage"
        })
final class ReferenceCommand implements Callable<Integer> {
    private static final Duration USUAL_INTERVAL = Duration.ofMinutes(1);

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
                        + " or a list of such. It is added to what is there.")
        private Path file;

        @Option(
                names = "--from-postgres",
                paramLabel = "SCHEMA",
                description = "Cost management's tables in this schema of the database in postgres.url. They are all"
                        + " that the organisation has: what is not there goes.")
        private String schema;

        @Option(
                names = "--follow",
                description = "Compare with cost management's tables of all organisations again and again, until the"
                        + " process is told to end. A splitter does the same where reference.follow.interval.ms is"
                        + " set.")
        private boolean follow;
    }

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "The organisation of --from-postgres, as object keys name it; by default its schema's name,"
                    + " without acct.")
    private String organisation;

    @Option(
            names = "--replace",
            description = "With --file: of the organisations and kinds that the file names, remove what it does not"
                    + " name. Says what goes and how many days that affects, and asks first.")
    private boolean replace;

    @Option(names = "--yes", description = "Agree to what --replace removes without being asked.")
    private boolean yes;

    @Option(
            names = "--dry-run",
            description = "Only say what would be added, changed and removed, and how many days that affects.")
    private boolean dryRun;

    @Override
    public Integer call() throws Exception {
        if (replace && from.file == null) {
            throw new ParameterException(spec.commandLine(), "--replace goes with --file only");
        }
        if (organisation != null && from.schema == null) {
            throw new ParameterException(spec.commandLine(), "--organisation goes with --from-postgres only");
        }
        if (from.follow && dryRun) {
            throw new ParameterException(spec.commandLine(), "--dry-run goes with --file or --from-postgres only");
        }
        final Settings settings = options.load();
        if (from.follow) {
            follow(settings);
            return 0;
        }
        final List<ReferenceSet> sets =
                from.file != null ? ReferenceFile.read(from.file) : List.of(fromPostgres(settings));
        final Unnamed unnamed = from.file == null ? Unnamed.GOES : replace ? Unnamed.GOES_IF_AGREED : Unnamed.STAYS;
        final PrintWriter out = spec.commandLine().getOut();
        final ReferenceLoad load = new ReferenceLoad(
                new ReferencePublisher(KafkaClients.real(), settings.kafkaClient(), settings.topics()),
                () -> knownDays(settings),
                line -> out.println(Printable.of(line)));
        if (dryRun) {
            load.dryRun(sets, unnamed);
            return 0;
        }
        final Agreement agreement = Agreement.ofProcess(yes);
        return load.run(sets, unnamed, removals -> {
                    out.flush();
                    return agreement.isGiven(removals);
                })
                ? 0
                : 1;
    }

    private ReferenceSet fromPostgres(Settings settings) throws SQLException {
        final ReferenceSource.Organisation named = ReferenceSource.Organisation.of(from.schema);
        try (ReferenceSource source = ReferenceFollowing.open(settings)) {
            return source.read(
                    organisation == null ? named : new ReferenceSource.Organisation(organisation, from.schema));
        }
    }

    private static Collection<DayKey> knownDays(Settings settings) {
        try (TopicReader reader = new TopicReader(KafkaClients.real(), settings.kafkaClient())) {
            return KnownDays.all(reader, settings.topics().name(TopicRole.SUMMARY_STATUS));
        }
    }

    private static void follow(Settings settings) throws InterruptedException {
        final Duration interval = settings.millis(ReferenceFollowing.INTERVAL);
        final ReferenceFollowService service =
                ReferenceFollowing.service(settings, () -> true, interval.isZero() ? USUAL_INTERVAL : interval);
        try (PeriodicThread thread = new PeriodicThread("reference-follow", service::step)) {
            Shutdown.onSignal(thread::close);
            thread.start().await();
        }
    }
}

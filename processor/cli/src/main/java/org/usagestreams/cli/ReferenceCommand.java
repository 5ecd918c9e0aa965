package org.usagestreams.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.usagestreams.commandline.ListFormat;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.commandline.Shutdown;
import org.usagestreams.instance.PeriodicThread;
import org.usagestreams.operations.reference.ReferenceFile;
import org.usagestreams.operations.reference.ReferenceLoad;
import org.usagestreams.operations.reference.ReferenceLoad.Unnamed;
import org.usagestreams.operations.replay.KnownDays;
import org.usagestreams.reference.ReferenceChange;
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
        description =
                "Loads reference data of organisations: clusters with report periods, enabled tag keys, cost categories"
                        + " and tag mappings. Or follows cost management's tables. Affected days are summarised again."
                        + " Other organisations are not touched.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:everything was loaded",
            "1:the command failed, or the removals of --replace were not confirmed",
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
                paramLabel = "FILE",
                description =
                        "YAML or JSON with organisation, clusters, enabled_keys, cost_categories and tag_mappings, or a"
                                + " list of these. Adds and changes; removes nothing without --replace.")
        private Path file;

        @Option(
                names = "--from-postgres",
                paramLabel = "SCHEMA",
                description =
                        "Read cost management's tables in this schema of the database of postgres.url. Entries that"
                                + " they do not have are removed from the organisation.")
        private String schema;

        @Option(
                names = "--follow",
                description =
                        "Keep comparing with cost management's tables of all organisations, until the process is stopped."
                                + " A splitter does the same if reference.follow.interval.ms is set.")
        private boolean follow;
    }

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "With --from-postgres: the organisation, as named in object keys (default: the schema's name"
                    + " without the prefix acct).")
    private String organisation;

    @Option(
            names = "--replace",
            description =
                    "With --file: also remove entries that the file does not name, for the organisations and kinds"
                            + " that it names."
                            + " Lists the removals and the number of affected days, and asks first.")
    private boolean replace;

    @Option(names = "--yes", description = "Remove entries without asking.")
    private boolean yes;

    @Option(
            names = "--dry-run",
            description = "List what would be added, changed and removed, and the number of affected days.")
    private boolean dryRun;

    @Mixin
    private ListFormat format;

    @Override
    public Integer call() throws Exception {
        if (replace && from.file == null) {
            throw new ParameterException(spec.commandLine(), "--replace can only be used with --file");
        }
        if (organisation != null && from.schema == null) {
            throw new ParameterException(spec.commandLine(), "--organisation can only be used with --from-postgres");
        }
        if (from.follow && dryRun) {
            throw new ParameterException(
                    spec.commandLine(), "--dry-run can only be used with --file or --from-postgres");
        }
        if (!format.isForPeople() && !dryRun) {
            throw new ParameterException(spec.commandLine(), "--json and --csv can only be used with --dry-run");
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
            if (format.isForPeople()) {
                load.dryRun(sets, unnamed);
            } else {
                format.print(
                        load.plan(sets, unnamed).stream()
                                .map(ReferenceCommand::row)
                                .toList(),
                        out);
            }
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

    private static ObjectNode row(ReferenceLoad.Planned planned) {
        final ReferenceChange change = planned.change();
        return JsonRows.row()
                .put("action", change.action().name().toLowerCase(Locale.ROOT))
                .put("kind", change.kind().name().toLowerCase(Locale.ROOT))
                .put("organisation", change.key().organisation())
                .put("name", change.key().name())
                .put("change", change.toString())
                .put("affects", change.daysInWords())
                .put("days", planned.days());
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

package org.usagestreams.cli;

import java.io.PrintWriter;
import java.sql.Connection;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.commandline.Interruption;
import org.usagestreams.commandline.Part;
import org.usagestreams.commandline.Printable;
import org.usagestreams.commandline.Progress;
import org.usagestreams.commandline.Quiet;
import org.usagestreams.commandline.SettingsOptions;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.replay.Completion;
import org.usagestreams.operations.replay.DayScope;
import org.usagestreams.operations.replay.Replay;
import org.usagestreams.operations.replay.ShadowProcessor;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        description =
                "Processes input again. The table can be read all the time: only rows that differ are written. If the"
                        + " command is interrupted, the replay continues; run it again to wait for it.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:done",
            "1:the command failed",
            "2:wrong usage",
            "3:with --new-version: rows would change",
            "4:not done within --timeout; the replay continues in the background"
        })
final class ReplayCommand implements Callable<Integer> {
    private static final int DIFFERS = 3;

    @Spec
    private CommandSpec spec;

    @Mixin
    private SettingsOptions options;

    @ArgGroup(multiplicity = "1")
    private Kind kind;

    /** One of these. */
    static final class Kind {
        @Option(
                names = "--from-topic",
                required = true,
                description =
                        "Read the chunk topic from its beginning, rebuild the state, and derive all rows again. Stop"
                                + " the processors first, and start them when the command says so. The object store is not"
                                + " needed.")
        private boolean fromTopic;

        @Option(names = "--from-bucket", required = true, description = "Read objects of the bucket again.")
        private boolean fromBucket;

        @Option(names = "--days", required = true, description = "Summarise days again from the state.")
        private boolean days;

        @Option(
                names = "--new-version",
                required = true,
                paramLabel = "ID",
                description =
                        "Run this version of the program as application ID next to the one that publishes, and compare"
                                + " their rows.")
        private String newVersion;

        @Option(
                names = "--forget",
                required = true,
                paramLabel = "ID",
                description = "Remove groups and topics of application ID, which was replaced or never promoted.")
        private String forget;
    }

    @Option(names = "--dry-run", description = "Show what would be done, and change nothing.")
    private boolean dryRun;

    @Option(
            names = "--organisation",
            paramLabel = "NAME",
            description = "Only this organisation, as named in object keys.")
    private String organisation;

    @Option(names = "--source", paramLabel = "UUID", description = "Only this cluster.")
    private String source;

    @Option(names = "--from", paramLabel = "DATE", description = "First usage date. Needs --to.")
    private LocalDate from;

    @Option(names = "--to", paramLabel = "DATE", description = "Last usage date. Needs --from.")
    private LocalDate to;

    @Option(
            names = "--object",
            paramLabel = "PREFIX",
            defaultValue = "",
            description = "With --from-bucket: only keys that begin with this.")
    private String object;

    @Option(
            names = "--rewrite",
            description = "With --days: publish all rows again, including unchanged ones, and delete surplus rows of"
                    + " usage-streams. Repairs a table that was changed by others. Rows that others"
                    + " wrote, such as cost management's, stay.")
    private boolean rewrite;

    @Option(
            names = "--promote",
            description =
                    "With --new-version: let it take over. Stop the processors of the old version first, and start new"
                            + " ones with summary.application.id=ID afterwards.")
    private boolean promote;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            converter = TimeSpan.class,
            defaultValue = "60m",
            description = "How long to wait for all steps together (default: ${DEFAULT-VALUE}).")
    private Duration timeout;

    @Override
    @SuppressWarnings({"try", "unused"}) // The interruption is only closed.
    public Integer call() throws Exception {
        if ((from == null) != (to == null)) {
            throw new ParameterException(spec.commandLine(), "--from and --to must be used together");
        }
        source = source == null ? null : source.toLowerCase(Locale.ROOT);
        final Settings settings = options.loadFor(Part.KAFKA);
        try (Interruption interruption =
                        Interruption.says(() -> "Interrupted: the replay may have begun; then it continues. Call the"
                                + " command again to wait for its end.");
                Replay replay = new Replay(settings, KafkaClients.real(), Time.SYSTEM, timeout, ReplayCommand::bar)) {
            if (kind.fromTopic) {
                return fromTopic(replay);
            } else if (kind.fromBucket) {
                return fromBucket(replay, settings);
            } else if (kind.days) {
                return days(replay, settings);
            } else if (kind.forget != null) {
                return forget(replay);
            }
            return newVersion(replay, settings);
        } catch (Completion.TimedOutException e) {
            spec.commandLine()
                    .getErr()
                    .println("Not done within --timeout; it continues in the background: "
                            + Printable.of(e.getMessage()));
            return LoadReport.TIMED_OUT;
        }
    }

    private static Replay.Bar bar(String step, long total) {
        final Progress progress = new Progress(step, total);
        return new Replay.Bar() {
            @Override
            public void accept(long left) {
                progress.stepTo(total - left);
            }

            @Override
            public void close() {
                progress.close();
            }
        };
    }

    private void say(String format, Object... values) {
        final PrintWriter out = Quiet.unless(spec.commandLine().getOut());
        out.println(Printable.of(String.format(Locale.ROOT, format, values)));
        out.flush();
    }

    private int fromTopic(Replay replay) {
        final Replay.Extent extent = replay.extent();
        say(
                "Reads %,d records (%,d bytes) of the chunk topic, and derives %,d days with %,d rows.",
                extent.records(), extent.bytes(), extent.days(), extent.rows());
        if (!dryRun) {
            replay.fromTopic(this::say);
        }
        return 0;
    }

    private int fromBucket(Replay replay, Settings settings) throws Exception {
        final ObjectStore store = new ObjectStore(StoreSettings.client(settings));
        final Replay.Objects which = new Replay.Objects(object, scope());
        try (Connection postgres = PostgresSettings.connect(settings)) {
            final LedgerTable ledger = new LedgerTable(postgres, settings.text("postgres.status.schema"));
            if (dryRun) {
                final Replay.Counted counted = replay.fromBucket(store, ledger, which, null);
                say("%,d objects (%,d bytes) would be read again.", counted.objects(), counted.bytes());
                sayLeftOut(counted);
                return 0;
            }
            final Replay.Counted counted;
            try (Producer<byte[], byte[]> producer = Reconciliation.producer(settings)) {
                final Reconciliation.Publisher publisher =
                        new Reconciliation.Publisher(producer, settings.topics().name(TopicRole.MARKED_NOTIFICATIONS));
                counted = replay.fromBucket(store, ledger, which, publisher::publishAll);
            }
            say("%,d objects (%,d bytes) were read again.", counted.objects(), counted.bytes());
            sayLeftOut(counted);
        }
        return 0;
    }

    private void sayLeftOut(Replay.Counted counted) {
        if (counted.leftOut() > 0) {
            say(
                    "%,d objects are left out, because they hold days beyond retention. The rows of these days stay as"
                            + " they are; usage-streams readmit reads such a day back.",
                    counted.leftOut());
        }
    }

    private DayScope scope() {
        return new DayScope(organisation, source, from, to);
    }

    private int days(Replay replay, Settings settings) throws Exception {
        final SortedMap<String, Long> days = replay.days(scope());
        say(
                "%,d days with %,d rows %s summarised again%s.",
                days.size(),
                days.values().stream().mapToLong(Long::longValue).sum(),
                dryRun ? "would be" : "are",
                rewrite ? ", and all of their rows written" : "");
        if (dryRun || days.isEmpty()) {
            return 0;
        }
        try (Connection postgres = rewrite ? PostgresSettings.connect(settings) : null) {
            final List<String> purged = replay.days(days.keySet(), rewrite, postgres);
            if (!purged.isEmpty()) {
                say(
                        "%,d days are left out, because cost management has purged them: the table has neither rows"
                                + " nor a partition for their month.",
                        purged.size());
            }
        }
        return 0;
    }

    private int forget(Replay replay) {
        final List<String> gone = replay.forget(kind.forget, dryRun);
        if (gone.isEmpty()) {
            say("Nothing is left of application %s.", kind.forget);
        } else {
            say("%s:", dryRun ? "Would be removed" : "Removed");
            gone.forEach(name -> say("  %s", name));
        }
        return 0;
    }

    private int newVersion(Replay replay, Settings settings) {
        final Replay.Extent extent = replay.extent();
        say(
                "Application %s reads %,d records (%,d bytes) of the chunk topic, and derives %,d days with %,d rows.",
                kind.newVersion, extent.records(), extent.bytes(), extent.days(), extent.rows());
        if (dryRun) {
            return 0;
        }
        if (promote) {
            replay.requireStopped();
        }
        final Replay.Changes changes =
                replay.compare(kind.newVersion, topics -> ShadowProcessor.start(settings, kind.newVersion, topics));
        say(
                "Of %,d rows, %,d would change, %,d would be added, %,d would be deleted.",
                changes.rows(), changes.changed(), changes.added(), changes.removed());
        changes.columns().forEach((column, rows) -> say("  %s: %,d rows", column, rows));
        changes.examples().forEach(example -> say("  for example %s", example));
        if (!promote) {
            return changes.isNone() ? 0 : DIFFERS;
        }
        final long written = replay.promote(kind.newVersion);
        say("Application %s has taken over; %,d records were written for it.", kind.newVersion, written);
        say(
                "Start the processors with summary.application.id=%s, then run: replay --forget %s",
                kind.newVersion, settings.text("summary.application.id"));
        return 0;
    }
}

package org.usagestreams.operations.replay;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.ledger.LedgerView;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.ReaderOffsets;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.message.Resummarise;
import org.usagestreams.wire.notification.BucketEvent;

/**
 * The ways to process input again. Each starts work that continues without it, and then waits for that work. Each can be
 * interrupted and called again. The table can be read all the time: only rows that differ are written.
 */
public final class Replay implements AutoCloseable {
    /** How often rows that differ are looked at again before they are believed: uploads go on meanwhile. */
    private static final int LOOKS = 3;

    private final ReplayTarget target;
    private final Completion completion;
    private final SummaryGroup group;
    private final ReplaySteps steps;
    private final Duration within;

    /** Shows how far a step is. */
    public interface Bars {
        /**
         * Begins a step.
         *
         * @return hears how much is left of the total
         */
        Bar begin(String step, long total);
    }

    /** One step's progress. */
    public interface Bar extends LongConsumer, AutoCloseable {
        @Override
        void close();
    }

    /** Replays a system; waits no longer than that in all. */
    public Replay(Settings settings, KafkaClients clients, Time time, Duration within, Bars bars) {
        this(new ReplayTarget(settings, clients, time), within, bars);
    }

    /**
     * Replays a system; waits no longer than that in all.
     *
     * @param sinkOffsets makes what tells how far the sink has loaded the summary topic
     */
    public Replay(
            Settings settings,
            KafkaClients clients,
            Time time,
            Duration within,
            Bars bars,
            BiFunction<Settings, Admin, ReaderOffsets> sinkOffsets) {
        this(new ReplayTarget(settings, clients, time, sinkOffsets), within, bars);
    }

    private Replay(ReplayTarget target, Duration within, Bars bars) {
        this.target = target;
        this.within = within;
        steps = new ReplaySteps(target, bars);
        completion = new Completion(target, target.application(), within);
        group = new SummaryGroup(completion.admin(), target.time(), target.application());
    }

    /**
     * What there is.
     *
     * @param records of the chunk topic, at most
     * @param bytes of the chunk topic
     */
    public record Extent(long records, long bytes, int days, long rows) {}

    /** The amount of work of a replay from the chunk topic. */
    public Extent extent() {
        final String chunks = target.topic(TopicRole.CHUNKS);
        final Map<TopicPartition, Long> begin = group.ends(chunks, OffsetSpec.earliest());
        final long records = group.ends(chunks, OffsetSpec.latest()).entrySet().stream()
                .mapToLong(end -> end.getValue() - begin.get(end.getKey()))
                .sum();
        final SortedMap<String, Long> days = days(DayScope.ALL);
        return new Extent(
                records,
                group.bytes(chunks),
                days.size(),
                days.values().stream().mapToLong(Long::longValue).sum());
    }

    /** Days of a scope that are known, with their rows. */
    public SortedMap<String, Long> days(DayScope scope) {
        return new DayReplay(target).days(scope);
    }

    /**
     * Reads the chunk topic from its beginning: sets the group back, and waits for the processors that are started then. Where
     * that is going on already, it only waits.
     *
     * @param says hears what the operator has to do
     */
    public void fromTopic(Consumer<String> says) {
        final String chunks = target.topic(TopicRole.CHUNKS);
        if (!group.members().isEmpty() && isGoingOn(chunks)) {
            says.accept("A replay is already running. Waiting for it.");
        } else {
            group.awaitNobody(sessions());
            final Map<TopicPartition, OffsetAndMetadata> begin = new HashMap<>();
            group.ends(chunks, OffsetSpec.earliest())
                    .forEach((partition, offset) -> begin.put(partition, new OffsetAndMetadata(offset)));
            group.set(begin);
            says.accept("The group is reset to the beginning of " + chunks + ". Start the processors now.");
        }
        steps.awaitRead(completion, target.application(), chunks, "read");
        completion.awaitReadAnew();
        steps.awaitSummarised(completion, completion.dirty());
        steps.awaitLoaded(completion);
    }

    /** Set back, or reading anew. */
    private boolean isGoingOn(String chunks) {
        final Map<TopicPartition, OffsetAndMetadata> committed = group.offsets();
        final Map<TopicPartition, Long> begin = group.ends(chunks, OffsetSpec.earliest());
        final boolean unread = completion.ends(chunks).entrySet().stream().anyMatch(end -> {
            final OffsetAndMetadata offset = committed.get(end.getKey());
            return end.getValue() > 0 && (offset == null || offset.offset() <= begin.get(end.getKey()));
        });
        return unread || completion.isReadAnew();
    }

    /**
     * Summarises days again, from state.
     *
     * @param rewrite whether all of their rows are published again, and rows of ours go that should not be there
     * @return days that are not written again, because cost management has purged them
     */
    public List<String> days(Set<String> days, boolean rewrite, Connection postgres) throws SQLException {
        final DayReplay replay = new DayReplay(target);
        List<String> purged = List.of();
        if (rewrite) {
            purged = replay.rewrite(days, postgres);
        } else {
            replay.order(days, Resummarise.getDefaultInstance());
        }
        steps.awaitRead(completion, target.application(), target.topic(TopicRole.RETRACTIONS), "order");
        steps.awaitSummarised(completion, days);
        steps.awaitLoaded(completion);
        return purged;
    }

    /**
     * Objects of the bucket.
     *
     * @param prefix what keys begin with; empty for all
     * @param days days of which an object holds one
     */
    public record Objects(String prefix, DayScope days) {}

    /**
     * Objects and their bytes.
     *
     * @param leftOut objects that are not split again, because they count for a day beyond retention, whose rows stay as they are
     */
    public record Counted(long objects, long bytes, long leftOut) {}

    /**
     * Splits objects again.
     *
     * @param ledger what is known of the objects
     * @param publish takes the notifications of a page; null to only count
     */
    public Counted fromBucket(ObjectStore store, LedgerView ledger, Objects which, Consumer<List<BucketEvent>> publish)
            throws IOException, SQLException {
        final long[] counts = new long[2];
        // By tomorrow's date, since splitters decide later than this.
        final KeptDays kept = target.keptDays(1);
        final long leftOut = new BucketReplay(target.settings(), store, ledger, kept::contains).find(which, page -> {
            counts[0] += page.size();
            counts[1] += page.stream().mapToLong(again -> again.object().size()).sum();
            if (publish != null) {
                publish.accept(page.stream().map(BucketReplay.Again::event).toList());
            }
        });
        if (publish != null) {
            steps.awaitRead(completion, target.splitters(), target.topic(TopicRole.MARKED_NOTIFICATIONS), "split");
            steps.awaitRead(
                    completion, target.largeSplitters(), target.topic(TopicRole.LARGE_OBJECTS), "split large ones");
            steps.awaitRead(completion, target.application(), target.topic(TopicRole.CHUNKS), "read");
            steps.awaitSummarised(completion, completion.dirty());
            steps.awaitLoaded(completion);
        }
        return new Counted(counts[0], counts[1], leftOut);
    }

    /** Runs a processor beside the one that publishes, with these topics; closing ends it. */
    public interface Processor extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * What promoting a new version would change.
     *
     * @param changed rows that would be another, by column as far as they were compared
     */
    public record Changes(
            long rows, long changed, long added, long removed, Map<String, Long> columns, List<String> examples) {
        /** Whether nothing would change. */
        public boolean isNone() {
            return changed + added + removed == 0;
        }
    }

    /**
     * Has another application read the chunk topic beside the one that publishes, and compares what they publish.
     *
     * @param start starts a processor of it
     */
    @SuppressWarnings("try") // It runs; nothing else is asked of it.
    public Changes compare(String application, Function<TopicCatalog, Processor> start) {
        final NewVersion version = version(application);
        version.makeTopics((short) target.settings().integer("topics.replication.factor"));
        try (Processor running = start.apply(NewVersion.shadow(target.settings().topics(), application));
                Completion shadow = new Completion(target, application, within);
                TopicReader reader = target.reader()) {
            steps.awaitCaughtUp(shadow, application);
            Set<String> differing = version.differing(reader);
            for (int look = 1; look < LOOKS && !differing.isEmpty(); look++) {
                steps.awaitCaughtUp(shadow, application);
                if (!group.members().isEmpty()) {
                    steps.awaitCaughtUp(completion, target.application());
                }
                differing.retainAll(version.differing(reader));
            }
            final RowDifference.Result result = version.compare(reader, differing);
            return new Changes(
                    result.rows(),
                    result.changed(),
                    result.added(),
                    result.removed(),
                    result.columns(),
                    result.examples());
        }
    }

    /** Fails where processors of the application that publishes run. */
    public void requireStopped() {
        group.awaitNobody(sessions());
    }

    /** Another application takes over; neither runs. The number of records that were written for it. */
    public long promote(String application) {
        group.awaitNobody(sessions());
        new SummaryGroup(completion.admin(), target.time(), application).awaitNobody(sessions());
        final long written = version(application).promote();
        steps.awaitLoaded(completion);
        return written;
    }

    /**
     * Removes all that is left of an application.
     *
     * @param dryRun whether nothing is to be changed
     * @return what was removed, or would be
     * @throws IllegalArgumentException where it is the application that publishes
     * @throws IllegalStateException where it runs
     */
    public List<String> forget(String application, boolean dryRun) {
        if (application.equals(target.application())) {
            throw new IllegalArgumentException("Cannot remove " + application
                    + ": it is the application that publishes (setting summary.application.id).");
        }
        final ApplicationRemoval removal = new ApplicationRemoval(target, completion.admin(), application);
        return dryRun ? removal.find().described() : removal.remove();
    }

    private NewVersion version(String application) {
        if (application.equals(target.application())) {
            throw new IllegalArgumentException("Cannot run a new version as " + application
                    + ": it is the application that publishes (setting summary.application.id). Choose another id.");
        }
        return new NewVersion(target, completion.admin(), application);
    }

    private Duration sessions() {
        return target.rememberedFor();
    }

    @Override
    public void close() {
        completion.close();
    }
}

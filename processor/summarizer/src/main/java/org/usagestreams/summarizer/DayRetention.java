package org.usagestreams.summarizer;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.reference.ClusterRetention;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.DaySlice;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.PublishedDay;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.message.SliceStatus;

/**
 * Days beyond retention: they leave the state and the chunk topic, while their rows stay in the table as they are or are purged
 * by cost management, and what comes for them later is refused, unless they were readmitted. No row of them is written any more.
 *
 * <p>Days of a source that cost management has removed are treated alike, but stay in the state: the source may come back.
 */
final class DayRetention {
    private static final Logger LOG = LoggerFactory.getLogger(DayRetention.class);

    private final TopologySettings settings;
    private final KeyValueStore<String, byte[]> days;
    private final ChunkStore chunks;
    private final PublishedStore published;
    private final DaySlices slices;
    private final ReferenceTable.View reference;
    private final DaySummarizer.Output output;

    DayRetention(
            TopologySettings settings,
            KeyValueStore<String, byte[]> days,
            ChunkStore chunks,
            PublishedStore published,
            DaySlices slices,
            ReferenceTable.View reference,
            DaySummarizer.Output output) {
        this.settings = settings;
        this.days = days;
        this.chunks = chunks;
        this.published = published;
        this.slices = slices;
        this.reference = reference;
        this.output = output;
    }

    /** What is published of a day. */
    PublishedDay day(DayKey day) {
        final byte[] value = days.get(day.toString());
        return value == null ? PublishedDay.getDefaultInstance() : parse(day.toString(), value);
    }

    /**
     * Whether the day is beyond retention now, or its source is removed, so that a slice that comes for it is refused, and none of
     * its rows is written.
     */
    boolean refuses(DayKey day) {
        return isRemoved(day)
                || reason(day, day(day), new Retention(settings, output.now())).isPresent();
    }

    /** Whether cost management has removed the day's source. */
    boolean isRemoved(DayKey day) {
        return reference.retention(day.organisation(), day.source()).isRemoved();
    }

    /** Why the day is beyond retention; empty if it is not. What was purged is so even where it was readmitted before. */
    private Optional<String> reason(DayKey day, PublishedDay held, Retention retention) {
        final ClusterRetention cluster = reference.retention(day.organisation(), day.source());
        return retention
                .reason(day.date(), cluster)
                .filter(why ->
                        held.getReadmittedUntilMillis() <= retention.nowMillis() || cluster.isPurged(day.date()));
    }

    /** Refuses a slice of a removed source or beyond retention, and with it its whole object. */
    void refuse(DayKey day, SliceEnd end) {
        final String why = isRemoved(day)
                ? "cost management has removed source " + day.source() + ". Where it is back, retry this dead letter"
                : "beyond retention: it has line items of " + day.date() + " ("
                        + reason(day, day(day), new Retention(settings, output.now()))
                                .orElse("")
                        + ")";
        refuse(day, end, DeadLetter.Step.RETENTION, why);
    }

    /** Refuses a slice, and with it its whole object: it is never applied in part. */
    void refuse(DayKey day, SliceEnd end, DeadLetter.Step step, String reason) {
        final ObjectVersion version = end.getSlice().getVersion();
        final DeadLetter deadLetter = new DeadLetter(
                step,
                reason,
                DeadLetter.ObjectOf.version(version),
                day.toString(),
                null,
                null,
                DeadLetter.time(output.now()));
        output.deadLetter(deadLetter);
        output.fact(ObjectFact.newBuilder()
                .setVersion(version)
                .setOrganisation(day.organisation())
                .setSource(day.source())
                .setReport(end.getSlice().getReport())
                .setFoundMillis(output.now())
                .setFailed(Failed.newBuilder()
                        .setStep(deadLetter.step().name())
                        .setReason(deadLetter.reason())
                        .setDeadLetter(deadLetter.id())));
        chunks.tombstones(day, version).forEach(output::chunkTombstone);
    }

    /**
     * Lets go of a day if it is beyond retention: of its chunks and of what is known of its rows. Its entry in the store of
     * days is left to the caller.
     *
     * @param dirty days that have to be summarised first
     * @return whether it goes
     */
    boolean letGo(DayKey day, PublishedDay held, Retention retention, Set<DayKey> dirty) {
        final Optional<String> why = dirty.contains(day) ? Optional.empty() : reason(day, held, retention);
        why.ifPresent(reason -> forget(day, reason));
        return why.isPresent();
    }

    /**
     * Lets go of a dirty day that is beyond retention, instead of summarising it: its rows stay as they are. Objects that no
     * summary had are refused.
     */
    void letGo(DayKey day) {
        final String why =
                reason(day, day(day), new Retention(settings, output.now())).orElse("");
        refuseNew(day, slices.load(day));
        forget(day, why);
        days.delete(day.toString());
    }

    /** Refuses slices that no summary had; the ids of the others. */
    private Set<String> refuseNew(DayKey day, Map<String, DaySlice> summarised) {
        final Set<String> known = new HashSet<>();
        for (final SliceEnd end : chunks.ends(day)) {
            final String id = DaySlices.idOf(end.getSlice().getVersion());
            if (summarised.containsKey(id)) {
                known.add(id);
            } else {
                refuse(day, end);
            }
        }
        return known;
    }

    /**
     * Tells what became of the slices of a dirty day whose source is removed, instead of summarising it: its rows stay as they are,
     * and so does its state. When the source is back, all of its days are dirty.
     */
    void leaveAsItIs(DayKey day) {
        final Map<String, DaySlice> summarised = slices.load(day);
        final Set<String> known = refuseNew(day, summarised);
        summarised.forEach((id, slice) -> {
            if (!known.contains(id)) {
                SliceStatuses.tell(day, slice, SliceStatus.LEFT, null, output);
                slices.remove(day, id);
            }
        });
    }

    private void forget(DayKey day, String why) {
        chunks.tombstones(day).forEach(output::chunkTombstone);
        published.forget(day);
        forgetSlices(day);
        LOG.info("day {}: beyond retention, leaves the state: {}", day, why);
    }

    /** The ledger must not wait for what the day would have said of them. */
    private void forgetSlices(DayKey day) {
        slices.load(day).forEach((id, slice) -> {
            SliceStatuses.tell(day, slice, SliceStatus.FORGOTTEN, null, output);
            slices.remove(day, id);
        });
    }

    private static PublishedDay parse(String key, byte[] value) {
        return ProtobufStore.parse(Names.DAYS, key, value, PublishedDay.parser());
    }
}

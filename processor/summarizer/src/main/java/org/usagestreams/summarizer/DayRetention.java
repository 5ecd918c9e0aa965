package org.usagestreams.summarizer;

import java.util.Set;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.PublishedDay;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.message.SliceStatus;

/**
 * Days beyond retention: they leave the state and the chunk topic, while their rows stay in the table, and what comes for
 * them later is refused, unless they were readmitted.
 */
final class DayRetention {
    private static final Logger LOG = LoggerFactory.getLogger(DayRetention.class);

    private final TopologySettings settings;
    private final KeyValueStore<String, byte[]> days;
    private final ChunkStore chunks;
    private final PublishedStore published;
    private final DaySlices slices;
    private final DaySummarizer.Output output;

    DayRetention(
            TopologySettings settings,
            KeyValueStore<String, byte[]> days,
            ChunkStore chunks,
            PublishedStore published,
            DaySlices slices,
            DaySummarizer.Output output) {
        this.settings = settings;
        this.days = days;
        this.chunks = chunks;
        this.published = published;
        this.slices = slices;
        this.output = output;
    }

    /** What is published of a day. */
    PublishedDay day(DayKey day) {
        final byte[] value = days.get(day.toString());
        return value == null ? PublishedDay.getDefaultInstance() : parse(day.toString(), value);
    }

    /** Whether a slice that comes now for that day is refused. */
    boolean refuses(DayKey day) {
        final long now = output.now();
        return new Retention(settings.retentionDays(), now).isBeyond(day.date())
                && day(day).getReadmittedUntilMillis() <= now;
    }

    /** Refuses a slice, and with it its whole object: it is never applied by half. */
    void refuse(DayKey day, SliceEnd end) {
        final ObjectVersion version = end.getSlice().getVersion();
        final DeadLetter deadLetter = new DeadLetter(
                DeadLetter.Step.RETENTION,
                "beyond retention: it has line items of " + day.date()
                        + " (setting retention.days; scripts/readmit takes" + " a day back)",
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
        if (!retention.isBeyond(day.date())
                || dirty.contains(day)
                || held.getReadmittedUntilMillis() > retention.nowMillis()) {
            return false;
        }
        chunks.tombstones(day).forEach(output::chunkTombstone);
        published.forget(day);
        forgetSlices(day);
        LOG.info("day {}: beyond retention, leaves the state", day);
        return true;
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

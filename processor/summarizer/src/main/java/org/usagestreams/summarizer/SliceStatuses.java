package org.usagestreams.summarizer;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.usagestreams.rules.LiveSlices;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.DaySlice;
import org.usagestreams.wire.message.DaySliceStatus;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.message.SliceStatus;

/** The status of each slice of one day's pass: reports to the ledger, and writes to the store, the statuses that changed. */
final class SliceStatuses {
    private final DayKey day;
    private final Map<String, DaySlice> before;
    private final boolean all;
    private final DaySummarizer.Output output;
    private final Map<String, DaySlice> after = new TreeMap<>();

    /**
     * Begins a pass.
     *
     * @param before the day's slices as the store has them, by id
     * @param all whether each status is told, and not only those that changed
     */
    SliceStatuses(DayKey day, Map<String, DaySlice> before, boolean all, DaySummarizer.Output output) {
        this.day = day;
        this.before = before;
        this.all = all;
        this.output = output;
    }

    /** A chunk of the slice cannot be read. */
    void reject(ChunkStore.UnreadableSliceException e) {
        final DeadLetter deadLetter = new DeadLetter(
                DeadLetter.Step.SUMMARISE,
                "a chunk cannot be processed: " + e.getMessage() + "; upload the object again",
                DeadLetter.ObjectOf.version(e.end().getSlice().getVersion()),
                "chunk " + e.key(),
                null,
                DeadLetter.payloadOf(e.value()),
                DeadLetter.time(output.now()));
        if (add(e.end(), SliceStatus.REJECTED, deadLetter)) {
            output.deadLetter(deadLetter);
        }
    }

    /** The day would take more than it may with the slice. */
    void setAside(SliceEnd end, String reason) {
        final DeadLetter deadLetter = new DeadLetter(
                DeadLetter.Step.SUMMARISE,
                "the day was summarised without the object, one of its newest: " + reason
                        + ". Upload less for the day, or raise the setting and retry the dead letter",
                DeadLetter.ObjectOf.version(end.getSlice().getVersion()),
                "day " + day.date(),
                null,
                null,
                DeadLetter.time(output.now()));
        if (add(end, SliceStatus.REJECTED, deadLetter)) {
            output.deadLetter(deadLetter);
        }
    }

    /**
     * Takes the status of all slices that were not rejected, and writes what changed.
     *
     * @param candidates the latest whole slice of each object
     * @param live those that count
     * @param without those of them without a line item that counts
     */
    void finish(
            Collection<SliceEnd> candidates, Collection<SliceEnd> live, Collection<SliceEnd> without, DaySlices store) {
        // They are the same objects; comparing what is in them would take long on a day of many.
        final Set<SliceEnd> counted = identities(live);
        final Set<SliceEnd> none = identities(without);
        final Set<ReportType> hourly = LiveSlices.hourlyTypes(candidates);
        for (final SliceEnd end : candidates) {
            final SliceStatus status;
            if (counted.contains(end)) {
                status = none.contains(end) ? SliceStatus.NO_LINE_ITEM_LEFT : SliceStatus.COUNTED;
            } else {
                status = LiveSlices.isReplacedByHourly(end, hourly)
                        ? SliceStatus.HOURLY_OBJECTS
                        : SliceStatus.OTHER_MANIFEST;
            }
            add(end, status, null);
        }
        before.forEach((id, slice) -> {
            if (!after.containsKey(id)) {
                tell(day, slice, SliceStatus.LEFT, null, output);
                store.remove(day, id);
            }
        });
        after.forEach((id, slice) -> {
            if (!slice.equals(before.get(id))) {
                store.put(day, id, slice);
            }
        });
    }

    static Set<SliceEnd> identities(Collection<SliceEnd> ends) {
        final Set<SliceEnd> identities = Collections.newSetFromMap(new IdentityHashMap<>());
        identities.addAll(ends);
        return identities;
    }

    /** How many slices there are. */
    int size() {
        return after.size();
    }

    /** How many of them count. */
    int counted() {
        return (int) after.values().stream()
                .filter(slice -> slice.getStatus() == SliceStatus.COUNTED)
                .count();
    }

    /** Whether the status is news. */
    private boolean add(SliceEnd end, SliceStatus status, DeadLetter deadLetter) {
        final ObjectVersion version = end.getSlice().getVersion();
        final String id = DaySlices.idOf(version);
        final DaySlice slice = DaySlice.newBuilder()
                .setVersion(version)
                .setReport(end.getSlice().getReport())
                .setStatus(status)
                .build();
        after.put(id, slice);
        final DaySlice earlier = before.get(id);
        if (!all && earlier != null && earlier.getStatus() == status) {
            return false;
        }
        tell(day, slice, status, deadLetter, output);
        return true;
    }

    /**
     * Tells the status of a slice.
     *
     * @param deadLetter about what is wrong with it; null if nothing is
     */
    static void tell(
            DayKey day, DaySlice slice, SliceStatus status, DeadLetter deadLetter, DaySummarizer.Output output) {
        final DaySliceStatus.Builder told = DaySliceStatus.newBuilder()
                .setDate((int) day.date().toEpochDay())
                .setStatus(status);
        if (deadLetter != null) {
            told.setFailed(Failed.newBuilder()
                    .setStep(deadLetter.step().name())
                    .setReason(deadLetter.reason())
                    .setDeadLetter(deadLetter.id()));
        }
        output.fact(ObjectFact.newBuilder()
                .setVersion(slice.getVersion())
                .setOrganisation(day.organisation())
                .setSource(day.source())
                .setReport(slice.getReport())
                .setFoundMillis(output.now())
                .setSliceStatus(told));
    }
}

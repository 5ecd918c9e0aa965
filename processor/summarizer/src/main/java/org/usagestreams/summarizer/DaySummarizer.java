package org.usagestreams.summarizer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.rules.DaySummary;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.DaySlice;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.PublishedDay;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.summary.SummaryKey;

/**
 * Summarises days anew: each is a function of the chunk store and the reference data alone, compared with what was published. A
 * pass takes time proportional to the day's slices, chunks and rows; its chunks are read in as many turns as it needs. Used by one
 * stream thread.
 */
final class DaySummarizer {
    private final ChunkStore chunks;
    private final DaySlices slices;
    private final DaySummary summary;
    private final RowsPublisher publisher;
    private final Output output;
    private final Time time;

    /** Days that need another turn. */
    private final Map<DayKey, DayWork> unfinished = new HashMap<>();

    /** The receiver of a pass's results. */
    interface Output {
        /** A row that changed; a null value for one that no longer exists. */
        void row(SummaryKey key, byte[] value);

        /** Removes a record of the chunk topic that no longer counts. */
        void chunkTombstone(ChunkTombstone tombstone);

        void deadLetter(DeadLetter deadLetter);

        /** A dead letter no longer matters. */
        void settleLetter(String id);

        /** Something was found out about an object. */
        void fact(ObjectFact.Builder fact);

        /** Milliseconds since 1970. */
        long now();
    }

    DaySummarizer(
            ChunkStore chunks,
            DaySlices slices,
            DaySummary summary,
            RowsPublisher publisher,
            Output output,
            Time time) {
        this.chunks = chunks;
        this.slices = slices;
        this.summary = summary;
        this.publisher = publisher;
        this.output = output;
        this.time = time;
    }

    /**
     * The result of a pass.
     *
     * @param day what is now published; null if the day has to wait because a chunk that it had before is missing
     * @param live the slices that count
     * @param nanos how long it took, in all turns
     */
    record Outcome(PublishedDay day, List<SliceEnd> live, int changed, int removed, long nanos) {
        private static final Outcome WAITS = new Outcome(null, List.of(), 0, 0, 0);
    }

    /**
     * Summarises a day, or goes on where the turn before ended.
     *
     * @param enough whether the turn is over; asked after each chunk but the last
     * @return empty where the day needs another turn; it is remembered until then, or until it is {@link #forget forgotten}
     */
    Optional<Outcome> run(DayKey day, PublishedDay before, ReferenceData reference, BooleanSupplier enough) {
        final long start = time.nanoseconds();
        if (!unfinished.containsKey(day)) {
            final Optional<DayWork> begun = begin(day, before, reference);
            if (begun.isEmpty()) {
                return Optional.of(Outcome.WAITS);
            }
            unfinished.put(day, begun.get());
        }
        final DayWork work = unfinished.get(day);
        final DayWork.Progress progress = work.read(enough);
        if (progress != DayWork.Progress.READ) {
            work.took(time.nanoseconds() - start);
            if (progress == DayWork.Progress.OVERTAKEN) {
                forget(day);
            }
            return Optional.empty();
        }
        final DaySummarised event = new DaySummarised();
        event.begin();
        final RowsPublisher.Result result = publisher.publish(day, work.rows());
        final PublishedDay after = tell(work, before, result);
        forget(day);
        work.took(time.nanoseconds() - start);
        event.organisation = day.organisation();
        event.source = day.source();
        event.date = day.date().toString();
        event.lineItems = work.counted().stream().mapToLong(SliceEnd::getRows).sum();
        event.rows = after.getRows();
        event.changed = result.changed();
        event.publish = result.nanos();
        event.summarise = work.nanos() - result.nanos();
        event.commit();
        return Optional.of(new Outcome(after, work.counted(), result.changed(), result.removed(), work.nanos()));
    }

    /** A day that was begun is not gone on with; what was kept of it is let go of. */
    void forget(DayKey day) {
        final DayWork work = unfinished.remove(day);
        if (work != null) {
            work.close();
        }
    }

    /** Nothing is gone on with. */
    void close() {
        List.copyOf(unfinished.keySet()).forEach(this::forget);
    }

    /** Begins a day; empty if a chunk that it had before is missing. */
    private Optional<DayWork> begin(DayKey day, PublishedDay before, ReferenceData reference) {
        final Map<String, DaySlice> earlierSlices = slices.load(day);
        final List<SliceEnd> ends = chunks.ends(day);
        final List<SliceEnd> whole = new ArrayList<>();
        for (final SliceEnd end : ends) {
            if (chunks.isWhole(end)) {
                whole.add(end);
            } else if (DaySlices.isLive(
                    earlierSlices.get(DaySlices.idOf(end.getSlice().getVersion())))) {
                return Optional.empty();
            }
        }
        final DayWork.Source source = new DayWork.Source(chunks, reference, summary, publisher);
        return Optional.of(new DayWork(day, ends, whole, before.getRows(), source));
    }

    /** Says of each slice what became of it. */
    private PublishedDay tell(DayWork work, PublishedDay before, RowsPublisher.Result result) {
        final DayKey day = work.day();
        final SliceStatuses statuses = new SliceStatuses(day, slices.load(day), before.getTell(), output);
        work.unreadable().forEach(statuses::reject);
        dropOlder(day, work.ends(), work.latest());
        final DaySelection selection = work.selection();
        selection.setAside().forEach(end -> statuses.setAside(end, selection.reason()));
        statuses.finish(work.candidates(), work.counted(), work.rows().without(), slices);
        final PublishedDay after = before.toBuilder()
                .setRevision(before.getRevision() + (result.isSame() ? 0 : 1))
                .setChangedMillis(result.isSame() ? before.getChangedMillis() : output.now())
                .setRows(result.rows())
                .setRowsSetAside(result.setAside())
                .setTell(false)
                .setSlices(statuses.size())
                .setSlicesCounted(statuses.counted())
                .build();
        return withEpoch(after, result.isSame());
    }

    /** A day that never had anything has no epoch. */
    private PublishedDay withEpoch(PublishedDay day, boolean same) {
        final boolean nothing = same && day.getSlices() == 0 && day.getReadmittedUntilMillis() == 0;
        return day.getEpochMillis() != 0 || nothing
                ? day
                : day.toBuilder().setEpochMillis(output.now()).build();
    }

    /** Versions that a later, whole one has replaced leave the chunk topic. */
    private void dropOlder(DayKey day, List<SliceEnd> ends, Map<String, SliceEnd> latest) {
        for (final SliceEnd end : ends) {
            final ObjectVersion version = end.getSlice().getVersion();
            final SliceEnd winner = latest.get(Versions.objectId(version));
            if (winner != null
                    && Versions.BY_EVENT.compare(version, winner.getSlice().getVersion()) < 0) {
                chunks.tombstones(day, version).forEach(output::chunkTombstone);
            }
        }
    }
}

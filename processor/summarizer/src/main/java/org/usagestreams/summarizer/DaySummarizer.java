package org.usagestreams.summarizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.rules.DayOverBudgetException;
import org.usagestreams.rules.DaySummary;
import org.usagestreams.rules.LiveSlices;
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
 * Summarises one day anew: a function of the chunk store and the reference data alone, compared with what was published. A
 * pass takes time proportional to the day's slices, chunks and rows. Used by one stream thread.
 */
final class DaySummarizer {
    private final ChunkStore chunks;
    private final PublishedStore published;
    private final DaySlices slices;
    private final DaySummary summary;
    private final int rowBytes;
    private final Output output;
    private final Time time;
    private final RowJson json = new RowJson();

    /** Time that the current pass has spent on rows, after they were derived. */
    private long publishNanos;

    /** Where a pass sends what it finds. */
    interface Output {
        /** A row that changed; a null value for one that is no more. */
        void row(SummaryKey key, byte[] value);

        /** Removes a record of the chunk topic that counts no more. */
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
            PublishedStore published,
            DaySlices slices,
            DaySummary summary,
            int rowBytes,
            Output output,
            Time time) {
        this.chunks = chunks;
        this.published = published;
        this.slices = slices;
        this.summary = summary;
        this.rowBytes = rowBytes;
        this.output = output;
        this.time = time;
    }

    /**
     * What a pass did.
     *
     * @param day what is now published; null where the day has to wait because a chunk that it had before is missing
     * @param live the slices that count
     */
    record Outcome(PublishedDay day, List<SliceEnd> live, int changed, int removed) {}

    Outcome run(DayKey day, PublishedDay before, ReferenceData reference) {
        final DaySummarised event = new DaySummarised();
        final long start = time.nanoseconds();
        event.begin();
        publishNanos = 0;
        final Outcome outcome = pass(day, before, reference);
        if (outcome.day() != null) {
            event.organisation = day.organisation();
            event.source = day.source();
            event.date = day.date().toString();
            event.lineItems =
                    outcome.live().stream().mapToLong(SliceEnd::getRows).sum();
            event.rows = outcome.day().getRows();
            event.changed = outcome.changed();
            event.publish = publishNanos;
            event.summarise = time.nanoseconds() - start - publishNanos;
            event.commit();
        }
        return outcome;
    }

    private Outcome pass(DayKey day, PublishedDay before, ReferenceData reference) {
        final Map<String, DaySlice> earlierSlices = slices.load(day);
        final List<SliceEnd> ends = chunks.ends(day);
        final List<SliceEnd> whole = new ArrayList<>();
        for (final SliceEnd end : ends) {
            if (chunks.isWhole(end)) {
                whole.add(end);
            } else if (DaySlices.isLive(
                    earlierSlices.get(DaySlices.idOf(end.getSlice().getVersion())))) {
                return new Outcome(null, List.of(), 0, 0);
            }
        }
        DaySelection selection = DaySelection.all(whole);
        while (true) {
            try {
                return summarise(day, before, reference, earlierSlices, ends, selection);
            } catch (DayOverBudgetException e) {
                // Before the first row, as below.
                selection = selection.fewer(e.getMessage(), slices -> fits(day, slices, reference));
            }
        }
    }

    private Outcome summarise(
            DayKey day,
            PublishedDay before,
            ReferenceData reference,
            Map<String, DaySlice> earlierSlices,
            List<SliceEnd> ends,
            DaySelection selection) {
        final Map<String, SliceEnd> latest = LiveSlices.latest(selection.slices());
        final List<SliceEnd> candidates = new ArrayList<>(latest.values());
        final SliceStatuses statuses = new SliceStatuses(day, earlierSlices, before.getTell(), output);
        final Map<UUID, Long> earlier = published.load(day);
        while (true) {
            final List<SliceEnd> live = LiveSlices.counted(candidates);
            final RowPublisher rows = new RowPublisher(day, earlier, rowBytes, json, output);
            final List<SliceEnd> without;
            try {
                without = summary.summarise(day, live, chunks::chunks, reference, row -> {
                    final long start = time.nanoseconds();
                    rows.add(row);
                    publishNanos += time.nanoseconds() - start;
                });
            } catch (ChunkStore.UnreadableSliceException e) {
                // Before the first row: a slice counts wholly or not at all.
                rejectUnreadable(live, candidates, statuses);
                continue;
            }
            final long publish = time.nanoseconds();
            rows.finish();
            published.save(day, earlier, rows.digests());
            publishNanos += time.nanoseconds() - publish;
            dropOlder(day, ends, latest);
            selection.setAside().forEach(end -> statuses.setAside(end, selection.reason()));
            statuses.finish(candidates, live, without, slices);
            final boolean same = rows.changed() == 0 && rows.removed() == 0;
            final PublishedDay after = before.toBuilder()
                    .setRevision(before.getRevision() + (same ? 0 : 1))
                    .setChangedMillis(same ? before.getChangedMillis() : output.now())
                    .setRows(rows.digests().size())
                    .setRowsSetAside(rows.setAside())
                    .setTell(false)
                    .setSlices(statuses.size())
                    .setSlicesCounted(statuses.counted())
                    .build();
            return new Outcome(withEpoch(after, same), live, rows.changed(), rows.removed());
        }
    }

    /** A day of which there never was anything has no epoch. */
    private PublishedDay withEpoch(PublishedDay day, boolean same) {
        final boolean nothing = same && day.getSlices() == 0 && day.getReadmittedUntilMillis() == 0;
        return day.getEpochMillis() != 0 || nothing
                ? day
                : day.toBuilder().setEpochMillis(output.now()).build();
    }

    /** Whether a day can be summarised from these slices. */
    private boolean fits(DayKey day, List<SliceEnd> some, ReferenceData reference) {
        try {
            final List<SliceEnd> latest =
                    new ArrayList<>(LiveSlices.latest(some).values());
            summary.summarise(day, LiveSlices.counted(latest), chunks::chunks, reference, row -> {});
            return true;
        } catch (DayOverBudgetException e) {
            return false;
        } catch (ChunkStore.UnreadableSliceException e) {
            // Found again, and rejected, when the day is summarised.
            return true;
        }
    }

    /** All at once: to begin anew for each of them would make a day of many take long. */
    private void rejectUnreadable(List<SliceEnd> live, List<SliceEnd> candidates, SliceStatuses statuses) {
        final List<SliceEnd> unreadable = new ArrayList<>();
        for (final SliceEnd end : live) {
            chunks.failure(end).ifPresent(failure -> {
                statuses.reject(failure);
                unreadable.add(end);
            });
        }
        final Set<SliceEnd> rejected = SliceStatuses.identities(unreadable);
        candidates.removeIf(rejected::contains);
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

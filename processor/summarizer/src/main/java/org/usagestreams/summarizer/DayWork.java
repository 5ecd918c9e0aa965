package org.usagestreams.summarizer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.usagestreams.rules.DayOverBudgetException;
import org.usagestreams.rules.DayReading;
import org.usagestreams.rules.DaySummary;
import org.usagestreams.rules.LiveSlices;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.SliceEnd;

/**
 * A day whose chunks are being read, and its rows taken if they are many, in one turn of the stream thread or several. The slices and the
 * reference data are those of its beginning: a slice does not change once it is whole, and later changes make the day dirty again. The data
 * that was read is therefore that of the beginning, unless a slice is removed before it is read.
 *
 * <p>Nothing is written to topics and stores before the last turn. What was read is let go of when this is closed. Used by one stream
 * thread.
 */
final class DayWork implements AutoCloseable {
    private final DayKey day;
    private final List<SliceEnd> ends;
    private final int earlierRows;
    private final Source source;
    private final List<ChunkStore.UnreadableSliceException> unreadable = new ArrayList<>();
    private DaySelection selection;
    private SliceSearch search;
    private String tooMuch;
    private Map<String, SliceEnd> latest;
    private List<SliceEnd> candidates;
    private List<SliceEnd> counted;
    private DayReading reading;
    private RowsPublisher.TakenRows rows;
    private long nanos;

    /** The inputs and tools for summarising days; the reference data is that of the day. */
    record Source(ChunkStore chunks, ReferenceData reference, DaySummary summary, RowsPublisher publisher) {
        private DayReading begin(DayKey day, List<SliceEnd> counted) {
            return summary.begin(day, counted, chunks::chunks, reference);
        }
    }

    /** Its progress. */
    enum Progress {
        READ,
        /** Chunks are left. */
        UNFINISHED,
        /** A slice was removed before it was read: the day is to be begun anew. */
        OVERTAKEN
    }

    /**
     * Work that is not yet begun.
     *
     * @param ends all slice ends of the day
     * @param whole those of them whose chunks are all there
     * @param earlierRows how many rows of it were published
     */
    DayWork(DayKey day, List<SliceEnd> ends, List<SliceEnd> whole, int earlierRows, Source source) {
        this.day = day;
        this.ends = ends;
        this.earlierRows = earlierRows;
        this.source = source;
        select(DaySelection.all(whole));
    }

    private void select(DaySelection selected) {
        selection = selected;
        search = null;
        latest = LiveSlices.latest(selected.slices());
        candidates = new ArrayList<>(latest.values());
        unreadable.clear();
    }

    /** Reads until all is read, or it is enough for now. */
    Progress read(BooleanSupplier enough) {
        do {
            if (reading == null) {
                reading = begin();
            }
            try {
                if (!goOn(enough)) {
                    return Progress.UNFINISHED;
                }
                if (search == null) {
                    return Progress.READ;
                }
                answer(true);
            } catch (DayOverBudgetException e) {
                if (search == null) {
                    tooMuch = e.getMessage();
                    search = new SliceSearch(selection.slices());
                    takeFound();
                } else {
                    answer(false);
                }
            } catch (ChunkStore.UnreadableSliceException e) {
                if (!source.chunks().isWhole(e.end())) {
                    return Progress.OVERTAKEN;
                }
                if (search == null) {
                    leaveOutUnreadable();
                } else {
                    // Found again, and rejected, when the day is summarised.
                    answer(true);
                }
            }
            letGo();
        } while (!enough.getAsBoolean());
        return Progress.UNFINISHED;
    }

    private boolean goOn(BooleanSupplier enough) {
        if (!reading.read(enough)) {
            return false;
        }
        if (rows == null) {
            rows = source.publisher().take(earlierRows, reading.rows());
        }
        return rows.go(enough);
    }

    private DayReading begin() {
        if (search == null) {
            counted = LiveSlices.counted(candidates);
            return source.begin(day, counted);
        }
        final List<SliceEnd> some =
                new ArrayList<>(LiveSlices.latest(search.trial()).values());
        return source.begin(day, LiveSlices.counted(some));
    }

    private void answer(boolean fits) {
        search.answer(fits);
        takeFound();
    }

    private void takeFound() {
        if (search.found() != null) {
            select(new DaySelection(selection.all(), search.found(), tooMuch));
        }
    }

    /** All at once: to begin anew for each of them would make a day of many take long. */
    private void leaveOutUnreadable() {
        final List<SliceEnd> found = new ArrayList<>();
        for (final SliceEnd end : counted) {
            source.chunks().failure(end).ifPresent(failure -> {
                unreadable.add(failure);
                found.add(end);
            });
        }
        final Set<SliceEnd> rejected = SliceStatuses.identities(found);
        candidates.removeIf(rejected::contains);
    }

    private void letGo() {
        if (rows != null) {
            rows.close();
            rows = null;
        }
        if (reading != null) {
            reading.close();
            reading = null;
        }
    }

    /** Lets go of what was read. */
    @Override
    public void close() {
        letGo();
    }

    /** Adds to the time that it took. */
    void took(long more) {
        nanos += more;
    }

    /** How long it took so far. */
    long nanos() {
        return nanos;
    }

    DayKey day() {
        return day;
    }

    /** All slice ends of the day. */
    List<SliceEnd> ends() {
        return ends;
    }

    /** What the day is summarised from, and what is set aside. */
    DaySelection selection() {
        return selection;
    }

    /** The latest slice of each object, of those that are selected. */
    Map<String, SliceEnd> latest() {
        return latest;
    }

    /** Of the latest slices those that can be read. */
    List<SliceEnd> candidates() {
        return candidates;
    }

    /** Those that count. */
    List<SliceEnd> counted() {
        return counted;
    }

    /** What is wrong with those that cannot be read. */
    List<ChunkStore.UnreadableSliceException> unreadable() {
        return unreadable;
    }

    /** What it is to have, once all is read. */
    RowsPublisher.TakenRows rows() {
        return rows;
    }
}

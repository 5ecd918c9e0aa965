package org.usagestreams.summarizer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.DirtyDay;

/**
 * Decides when which dirty day of a task is summarised. A day is due once its inputs have been quiet for a while, or at the latest a longer
 * while after it became dirty. Those that have been due for longest come first, so days that change all the time never starve others. What
 * a punctuation does is bounded by the thread's {@link TransactionBudget}.
 *
 * <p>A day that waits for a chunk is looked at again after a back-off, and earlier when its inputs change. A day that was
 * set aside is tried again, alone in its transaction, when its time has come, or when a command asks for it.
 *
 * <p>A day may need several turns. Between them others are served. What changes meanwhile makes it dirty again once it is finished. One
 * day at a time in a stream thread is unfinished; another one that turns out to need several turns waits until that one is finished.
 *
 * <p>Times are wall-clock milliseconds. Not thread-safe: each task has its own.
 */
final class DayScheduler {
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final Duration LONGEST_RETRY = Duration.ofDays(1);

    private final DayPacing pacing;
    private final DirtyDays dirtyDays;
    private final DayAttempts attempts;
    private final TransactionBudget.Share share;
    private final Map<DayKey, Dirty> days = new HashMap<>();
    private DayKey unfinished;

    /** How a day came out of being summarised. */
    enum Result {
        SUMMARISED,
        /** Its turn was too short. */
        UNFINISHED,
        /** A chunk that the day had before is missing. */
        WAITS
    }

    /** Executes the scheduler's decisions. */
    interface Worker {
        /**
         * Until when a day is not to be summarised, unless its inputs or reference data change.
         *
         * @param firstMillis when it became dirty
         * @return 0 where it does not have to wait
         */
        long heldUntil(DayKey day, long firstMillis);

        Result summarise(DayKey day);

        /** A day is not gone on with: it is begun anew later. */
        void forget(DayKey day);

        /**
         * The inputs of a day changed while it was summarised.
         *
         * @param record what to remember of it
         */
        void changed(DayKey day, DirtyDay record);

        /**
         * How large the heap was that was not enough for a day.
         *
         * @return 0 where it was, as far as is known
         */
        long tooSmallHeap(DayKey day);

        /**
         * A day took longer than a transaction may take, repeatedly, or more memory than there is.
         *
         * @param record what to remember of it
         */
        void setAside(DayKey day, DirtyDay record);
    }

    DayScheduler(DayPacing pacing, DirtyDays dirtyDays, DayAttempts attempts, TransactionBudget.Share share) {
        this.pacing = pacing;
        this.dirtyDays = dirtyDays;
        this.attempts = attempts;
        this.share = share;
    }

    /** Takes over a dirty day from the restored state. */
    void restore(DayKey day, DirtyDay record, long now) {
        final Dirty dirty = new Dirty(record.getFirstMillis(), now);
        days.put(day, dirty);
        dirtyDays.mark(day, dirty.first);
        dirty.setAside = record.getTimesSetAside();
        if (record.getTransactionTimeoutMillis() >= pacing.transactionTimeout().toMillis()
                && record.getNotBeforeMillis() > now) {
            dirty.notBefore = record.getNotBeforeMillis();
            dirtyDays.setAside(day, dirty.notBefore);
        }
        attempts.restored(day, dirty.first);
    }

    /**
     * The inputs of a day changed.
     *
     * @return what to remember of it; null if it is remembered already
     */
    DirtyDay mark(DayKey day, long now) {
        final Dirty before = days.get(day);
        if (before == null) {
            days.put(day, new Dirty(now, now));
            dirtyDays.mark(day, now);
            return DirtyDay.newBuilder().setFirstMillis(now).build();
        }
        before.changed(now);
        return null;
    }

    /** The inputs of these changed, of the days that are dirty already. */
    void markAll(Predicate<DayKey> which, long now) {
        days.forEach((day, dirty) -> {
            if (which.test(day)) {
                dirty.changed(now);
            }
        });
    }

    /** A day is to be summarised even if it was set aside; otherwise like {@link #mark}. */
    DirtyDay recompute(DayKey day, long now) {
        final DirtyDay record = mark(day, now);
        days.get(day).notBefore = 0;
        dirtyDays.takeBack(day);
        return record;
    }

    /**
     * Summarises days that are due, as far as the budget goes.
     *
     * @return whether any was due
     */
    boolean tick(long now, Worker worker) {
        final List<DayKey> due = due(now);
        if (due.isEmpty()) {
            share.idle();
        } else if (share.begin()) {
            try {
                for (final DayKey day : due) {
                    if (!share.take(day, most(day))) {
                        break;
                    }
                    work(day, now, worker);
                }
            } finally {
                share.end();
            }
        }
        return !due.isEmpty();
    }

    private List<DayKey> due(long now) {
        final List<DayKey> due = new ArrayList<>();
        days.forEach((day, dirty) -> {
            if (!day.equals(unfinished) && dirty.isDue(now, pacing) && mayBegin(dirty)) {
                due.add(day);
            }
        });
        due.sort(Comparator.comparingLong((DayKey day) -> days.get(day).order()).thenComparing(DayKey::toString));
        if (unfinished != null) {
            // First, for a turn: others that are due all the time would keep it from its end.
            due.add(0, unfinished);
        }
        return due;
    }

    private boolean mayBegin(Dirty dirty) {
        return !dirty.large || share.mayHold();
    }

    private int most(DayKey day) {
        return days.get(day).setAside > 0 ? 1 : attempts.most(day);
    }

    private void work(DayKey day, long now, Worker worker) {
        final Dirty dirty = days.get(day);
        if (!day.equals(unfinished) && !begin(day, dirty, now, worker)) {
            return;
        }
        attempts.begin(day, dirty.first, share.transaction());
        final Result result;
        try {
            result = worker.summarise(day);
        } finally {
            attempts.end(day);
        }
        switch (result) {
            case UNFINISHED -> {
                attempts.cancel(day);
                putOff(day, dirty, worker);
            }
            case WAITS -> {
                attempts.cancel(day);
                release(day);
                dirty.notBefore = now + doubled(WAIT, dirty.waits++, LONGEST_WAIT);
            }
            case SUMMARISED -> finish(day, dirty, worker);
        }
    }

    /** Whether a day is to be summarised now. */
    private boolean begin(DayKey day, Dirty dirty, long now, Worker worker) {
        if (!mayBegin(dirty)) {
            return false;
        }
        final long heapBytes = worker.tooSmallHeap(day);
        if (heapBytes > 0) {
            // The next attempt may end the process once more.
            dirty.notBefore = now + LONGEST_RETRY.toMillis();
            setAside(
                    day,
                    dirty,
                    worker,
                    DirtyDay.newBuilder().setHeapBytes(heapBytes).setTransactionTimeoutMillis(Long.MAX_VALUE));
            return false;
        }
        if (attempts.slow(day) >= (dirty.setAside > 0 ? 1 : pacing.attempts())) {
            dirty.notBefore = now + doubled(pacing.retry(), dirty.setAside, LONGEST_RETRY);
            setAside(
                    day,
                    dirty,
                    worker,
                    DirtyDay.newBuilder()
                            .setTransactionTimeoutMillis(
                                    pacing.transactionTimeout().toMillis()));
            return false;
        }
        final long heldUntil = worker.heldUntil(day, dirty.first);
        if (heldUntil > now) {
            dirty.notBefore = heldUntil;
            return false;
        }
        dirty.changedMillis = 0;
        return true;
    }

    private void putOff(DayKey day, Dirty dirty, Worker worker) {
        if (day.equals(unfinished)) {
            return;
        }
        dirty.large = true;
        if (share.mayHold()) {
            share.hold();
            unfinished = day;
        } else {
            worker.forget(day);
        }
    }

    private void release(DayKey day) {
        if (day.equals(unfinished)) {
            share.release();
            unfinished = null;
        }
    }

    private void finish(DayKey day, Dirty dirty, Worker worker) {
        release(day);
        days.remove(day);
        dirtyDays.remove(day);
        if (dirty.changedMillis != 0) {
            // Never the same moment as before: by it one tells a day that was not committed.
            final Dirty again = new Dirty(Math.max(dirty.changedMillis, dirty.first + 1), dirty.last);
            again.large = dirty.large;
            days.put(day, again);
            dirtyDays.mark(day, again.first);
            worker.changed(
                    day, DirtyDay.newBuilder().setFirstMillis(again.first).build());
        }
    }

    private void setAside(DayKey day, Dirty dirty, Worker worker, DirtyDay.Builder why) {
        dirty.setAside++;
        dirtyDays.setAside(day, dirty.notBefore);
        worker.setAside(
                day,
                why.setFirstMillis(dirty.first)
                        .setTimesSetAside(dirty.setAside)
                        .setNotBeforeMillis(dirty.notBefore)
                        .build());
        attempts.forgive(day);
    }

    private static long doubled(Duration time, int times, Duration most) {
        return Math.min(time.toMillis() << Math.min(times, 20), Math.max(time.toMillis(), most.toMillis()));
    }

    /** Whether a day was set aside before. */
    boolean wasSetAside(DayKey day) {
        final Dirty dirty = days.get(day);
        return dirty != null && dirty.setAside > 0;
    }

    boolean isEmpty() {
        return days.isEmpty();
    }

    /** The dirty days; a view. */
    Set<DayKey> days() {
        return Collections.unmodifiableSet(days.keySet());
    }

    /** Nothing more is done here; the days stay dirty in the state. */
    void close() {
        days.keySet().forEach(dirtyDays::remove);
        days.clear();
        unfinished = null;
        share.leave();
    }
}

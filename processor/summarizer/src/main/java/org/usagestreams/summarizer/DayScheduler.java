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
 * Decides when which dirty day of a task is summarised. A day is due once its inputs have been quiet for a while, or at the
 * latest a longer while after it became dirty. Those that are due for the longest come first, so that days that change
 * all the time never starve others. What a punctuation does is bounded by the thread's {@link TransactionBudget}.
 *
 * <p>A day that waits for a chunk is looked at again after a back-off, and earlier when its inputs change. A day that was
 * set aside is tried again, alone in its transaction, when its time has come, or when a command asks for it.
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

    /** How a day came out of being summarised. */
    enum Result {
        SUMMARISED,
        /** A chunk that the day had before is missing. */
        WAITS
    }

    /** Does what the scheduler decides. */
    interface Worker {
        /**
         * Until when a day is not to be summarised, unless its inputs or reference data change.
         *
         * @param firstMillis when it became dirty
         * @return 0 where it does not have to wait
         */
        long heldUntil(DayKey day, long firstMillis);

        Result summarise(DayKey day);

        /**
         * A day took longer than a transaction may take, time and again.
         *
         * @param record what is to be remembered of it
         */
        void setAside(DayKey day, DirtyDay record);
    }

    private static final class Dirty {
        private final long first;
        private long last;
        private long notBefore;
        private int waits;
        private int setAside;

        Dirty(long first, long last) {
            this.first = first;
            this.last = last;
        }

        void changed(long now) {
            last = now;
            waits = 0;
            if (setAside == 0) {
                notBefore = 0;
            }
        }

        boolean isDue(long now, DayPacing pacing) {
            return now >= notBefore
                    && (now - last >= pacing.quiet().toMillis()
                            || now - first >= pacing.longestDelay().toMillis());
        }

        long order() {
            return Math.max(first, notBefore);
        }
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
     * @return what is to be remembered of it; null where it is remembered already
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
            if (dirty.isDue(now, pacing)) {
                due.add(day);
            }
        });
        due.sort(Comparator.comparingLong((DayKey day) -> days.get(day).order()).thenComparing(DayKey::toString));
        return due;
    }

    private int most(DayKey day) {
        return days.get(day).setAside > 0 ? 1 : attempts.most(day);
    }

    private void work(DayKey day, long now, Worker worker) {
        final Dirty dirty = days.get(day);
        if (attempts.slow(day) >= (dirty.setAside > 0 ? 1 : pacing.attempts())) {
            setAside(day, dirty, now, worker);
            return;
        }
        final long heldUntil = worker.heldUntil(day, dirty.first);
        if (heldUntil > now) {
            dirty.notBefore = heldUntil;
            return;
        }
        attempts.begin(day, dirty.first, share.transaction());
        final Result result;
        try {
            result = worker.summarise(day);
        } finally {
            attempts.end(day);
        }
        if (result == Result.WAITS) {
            attempts.cancel(day);
            dirty.notBefore = now + doubled(WAIT, dirty.waits++, LONGEST_WAIT);
        } else {
            days.remove(day);
            dirtyDays.remove(day);
        }
    }

    private void setAside(DayKey day, Dirty dirty, long now, Worker worker) {
        dirty.notBefore = now + doubled(pacing.retry(), dirty.setAside++, LONGEST_RETRY);
        dirtyDays.setAside(day, dirty.notBefore);
        worker.setAside(
                day,
                DirtyDay.newBuilder()
                        .setFirstMillis(dirty.first)
                        .setTimesSetAside(dirty.setAside)
                        .setNotBeforeMillis(dirty.notBefore)
                        .setTransactionTimeoutMillis(pacing.transactionTimeout().toMillis())
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
        share.leave();
    }
}

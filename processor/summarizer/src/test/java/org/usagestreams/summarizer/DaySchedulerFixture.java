package org.usagestreams.summarizer;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.DirtyDay;

/** A day scheduler, its thread and what it works on. The clock moves while a day is summarised, as a real one does. */
abstract class DaySchedulerFixture {
    static final Duration TIMEOUT = Duration.ofSeconds(60);
    static final long HEAP = 256 << 20;
    static final DayPacing PACING = DayPacing.DEFAULTS.with(Duration.ofSeconds(2), TIMEOUT);

    final SteppingTime time = new SteppingTime();
    final DirtyDays dirtyDays = new DirtyDays();
    final DayAttempts attempts = new DayAttempts(time, TIMEOUT);
    final TransactionBudget budget = new TransactionBudget(time, PACING.budget(), attempts::committed);
    final Work work = new Work();
    int commits;
    DayScheduler scheduler = scheduler(budget);

    /** Keeps the state as a task would, and takes time for each day. */
    final class Work implements DayScheduler.Worker {
        final List<DayKey> done = new ArrayList<>();
        final Map<DayKey, DirtyDay> store = new HashMap<>();
        final Map<DayKey, Duration> takes = new HashMap<>();
        final List<DayKey> waiting = new ArrayList<>();
        final List<DayKey> setAside = new ArrayList<>();
        /** Days that the process ran out of memory over. */
        final List<DayKey> tooLarge = new ArrayList<>();

        /** Turns that a day needs before its last one. */
        final Map<DayKey, Integer> turns = new HashMap<>();

        final List<DayKey> forgotten = new ArrayList<>();
        long hold;

        @Override
        public long heldUntil(DayKey day, long firstMillis) {
            return hold == 0 ? 0 : firstMillis + hold;
        }

        @Override
        public DayScheduler.Result summarise(DayKey day) {
            done.add(day);
            time.advance(takes.getOrDefault(day, Duration.ofMillis(700)));
            if (waiting.contains(day)) {
                return DayScheduler.Result.WAITS;
            }
            if (turns.merge(day, -1, Integer::sum) >= 0) {
                return DayScheduler.Result.UNFINISHED;
            }
            turns.remove(day);
            store.remove(day);
            return DayScheduler.Result.SUMMARISED;
        }

        @Override
        public void forget(DayKey day) {
            forgotten.add(day);
        }

        @Override
        public void changed(DayKey day, DirtyDay record) {
            store.put(day, record);
        }

        @Override
        public long tooSmallHeap(DayKey day) {
            return tooLarge.contains(day) ? HEAP : 0;
        }

        @Override
        public void setAside(DayKey day, DirtyDay record) {
            setAside.add(day);
            tooLarge.remove(day);
            store.put(day, record);
        }
    }

    DayScheduler scheduler(TransactionBudget of) {
        return new DayScheduler(PACING, dirtyDays, attempts, of.join(() -> commits++));
    }

    static DayKey day(int number) {
        return new DayKey("org", "source", LocalDate.parse("2025-11-01").plusDays(number));
    }

    void mark(int number, long now) {
        final DirtyDay record = scheduler.mark(day(number), now);
        if (record != null) {
            work.store.put(day(number), record);
        }
    }

    List<DayKey> tick(long now) {
        work.done.clear();
        scheduler.tick(now, work);
        return List.copyOf(work.done);
    }

    /** The thread was fenced: what was done is undone, and the task comes again with the state as it was. */
    void abort(Map<DayKey, DirtyDay> committed, long now) {
        scheduler.close();
        work.store.clear();
        work.store.putAll(committed);
        scheduler = scheduler(budget);
        committed.forEach((day, record) -> scheduler.restore(day, record, now));
    }
}

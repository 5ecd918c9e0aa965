package org.usagestreams.summarizer;

import org.apache.kafka.common.utils.Time;

/** Shared by the tasks of an instance: a clock, their visible progress, and bounds of their work. Thread-safe. */
final class InstanceWork {
    private final Time time;
    private final SummaryCounts counts = new SummaryCounts();
    private final DirtyDays dirtyDays = new DirtyDays();
    private final DayAttempts attempts;
    private final DayNotes notes;
    private final ThreadLocal<TransactionBudget> budgets;

    /** Work that is bounded, and of which no notes are taken. */
    InstanceWork(Time time, DayPacing pacing) {
        this(time, pacing, DayNotes.none(new JvmHeap()));
    }

    /**
     * Work that is bounded.
     *
     * @param time measures how long work takes; when it is done is Kafka Streams' to tell
     */
    InstanceWork(Time time, DayPacing pacing, DayNotes notes) {
        this.time = time;
        this.notes = notes;
        attempts = new DayAttempts(time, pacing.transactionTimeout());
        budgets = ThreadLocal.withInitial(() -> new TransactionBudget(time, pacing.budget(), attempts::committed));
    }

    /** Measures how long work takes. */
    Time time() {
        return time;
    }

    SummaryCounts counts() {
        return counts;
    }

    DirtyDays dirtyDays() {
        return dirtyDays;
    }

    DayAttempts attempts() {
        return attempts;
    }

    DayNotes notes() {
        return notes;
    }

    /** The budget of the stream thread that asks; all tasks of a thread share its transaction. */
    TransactionBudget budget() {
        return budgets.get();
    }
}

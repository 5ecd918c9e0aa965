package org.usagestreams.summarizer;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.usagestreams.instance.MetricsPage;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.ledger.UploadState;

/** What a topology has done since it started, work that was taken back and done again included. Thread-safe. */
final class SummaryCounts {
    final LongAdder daysSummarised = new LongAdder();
    /** Time that this took. */
    final LongAdder dayNanos = new LongAdder();

    final LongAdder rowsUpserted = new LongAdder();
    final LongAdder rowsRemoved = new LongAdder();
    /** Rows that PostgreSQL would refuse. */
    final LongAdder rowsSetAside = new LongAdder();

    final LongAdder threadDeaths = new LongAdder();
    /** Days that took longer than a transaction may take. */
    final LongAdder daysSetAside = new LongAdder();

    private final Map<String, LongAdder> states = byName(UploadState.values());
    private final Map<String, LongAdder> deadLetters = byName(DeadLetter.Step.values());

    private static Map<String, LongAdder> byName(Enum<?>[] values) {
        final Map<String, LongAdder> counts = new TreeMap<>();
        Arrays.stream(values).forEach(value -> counts.put(value.name(), new LongAdder()));
        return Map.copyOf(counts);
    }

    void entered(UploadState state) {
        states.get(state.name()).increment();
    }

    void deadLetter(DeadLetter.Step step) {
        deadLetters.get(step.name()).increment();
        if (step == DeadLetter.Step.PUBLISH) {
            rowsSetAside.increment();
        }
    }

    void show(MetricsPage page) {
        page.counters("object_states_total", "object versions that came into a state of the ledger", "state", states);
        page.counters(
                "rows_published_total",
                "rows of the summary that were sent, by kind; set aside: PostgreSQL would refuse the row",
                "kind",
                Map.of("upsert", rowsUpserted, "tombstone", rowsRemoved, "set_aside", rowsSetAside));
        page.timer("day_summary_seconds", "summarising a day", daysSummarised, dayNanos);
        page.counters("dead_letters_total", "what was set aside, by step", "step", deadLetters);
        page.counter(
                "days_set_aside_total",
                "times that a day was set aside, because it takes longer than a transaction may take",
                daysSetAside::sum);
        page.counter("stream_thread_deaths_total", "stream threads that died", threadDeaths::sum);
    }
}

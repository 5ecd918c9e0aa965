package org.usagestreams.summarizer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
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

    void register(MeterRegistry registry) {
        counters(
                registry,
                "usage_streams_object_states_total",
                "object versions that came into a state of the ledger",
                "state",
                states);
        counters(
                registry,
                "usage_streams_rows_published_total",
                "rows of the summary that were sent, by kind; set aside: PostgreSQL would refuse the row",
                "kind",
                Map.of("upsert", rowsUpserted, "tombstone", rowsRemoved, "set_aside", rowsSetAside));
        FunctionTimer.builder(
                        "usage_streams_day_summary_seconds",
                        this,
                        counts -> counts.daysSummarised.sum(),
                        counts -> counts.dayNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .description("summarising a day")
                .register(registry);
        counters(registry, "usage_streams_dead_letters_total", "what was set aside, by step", "step", deadLetters);
        counter(
                registry,
                "usage_streams_days_set_aside_total",
                "times that a day was set aside, because it takes longer than a transaction may take",
                daysSetAside);
        counter(registry, "usage_streams_stream_thread_deaths_total", "stream threads that died", threadDeaths);
    }

    private static void counter(MeterRegistry registry, String name, String description, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .register(registry);
    }

    private static void counters(
            MeterRegistry registry, String name, String description, String label, Map<String, LongAdder> counts) {
        counts.forEach((value, count) -> FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .tag(label, value)
                .register(registry));
    }
}

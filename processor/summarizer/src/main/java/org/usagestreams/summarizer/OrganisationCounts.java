package org.usagestreams.summarizer;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.usagestreams.instance.Counters;
import org.usagestreams.wire.ledger.UploadState;

/** What a topology has done for an organisation since it started. Thread-safe. */
final class OrganisationCounts {
    final LongAdder daysSummarised = new LongAdder();
    /** Time that this took. */
    final LongAdder dayNanos = new LongAdder();

    final LongAdder rowsUpserted = new LongAdder();
    final LongAdder rowsRemoved = new LongAdder();
    /** Rows that PostgreSQL would refuse. */
    final LongAdder rowsSetAside = new LongAdder();

    private final String label;
    private final Map<UploadState, LongAdder> states =
            Arrays.stream(UploadState.values()).collect(Collectors.toMap(state -> state, state -> new LongAdder()));

    /** @param label of the organisation, or of several */
    OrganisationCounts(String label) {
        this.label = label;
    }

    void entered(UploadState state) {
        states.get(state).increment();
    }

    void register(MeterRegistry registry) {
        final Tags organisation = Tags.of("organisation", label);
        states.forEach((state, count) -> Counters.register(
                registry,
                "usage_streams_object_states_total",
                "object versions that came into a state of the ledger",
                organisation.and("state", state.name()),
                count));
        Map.of("upsert", rowsUpserted, "tombstone", rowsRemoved, "set_aside", rowsSetAside)
                .forEach((kind, count) -> Counters.register(
                        registry,
                        "usage_streams_rows_published_total",
                        "rows of the summary that were sent, by kind; set aside: PostgreSQL would refuse the row",
                        organisation.and("kind", kind),
                        count));
        FunctionTimer.builder(
                        "usage_streams_day_summary_seconds",
                        this,
                        counts -> counts.daysSummarised.sum(),
                        counts -> counts.dayNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .description("summarising a day")
                .tags(organisation)
                .register(registry);
    }
}

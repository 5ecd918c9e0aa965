package org.usagestreams.splitter;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What a splitter has done with the objects of an organisation since it started. Thread-safe. */
final class OrganisationCounts {
    private final String label;
    private final Map<ObjectOutcome, LongAdder> objects = Arrays.stream(ObjectOutcome.values())
            .collect(Collectors.toUnmodifiableMap(outcome -> outcome, outcome -> new LongAdder()));

    private final LongAdder rows = new LongAdder();
    private final Map<DropReason, LongAdder> dropped = Arrays.stream(DropReason.values())
            .collect(Collectors.toUnmodifiableMap(reason -> reason, reason -> new LongAdder()));

    /** Time that reading and splitting objects took. */
    private final LongAdder splitNanos = new LongAdder();

    /** @param label of the organisation, or of several */
    OrganisationCounts(String label) {
        this.label = label;
    }

    /** Counts an object that was not split. */
    void count(ObjectOutcome outcome) {
        objects.get(outcome).increment();
    }

    /** Counts an object that was split in so many nanoseconds. */
    void split(SplitResult result, long nanos) {
        count(ObjectOutcome.SPLIT);
        rows.add(result.rows());
        result.dropped().forEach((reason, count) -> dropped.get(reason).add(count));
        splitNanos.add(nanos);
    }

    long objects(ObjectOutcome outcome) {
        return objects.get(outcome).sum();
    }

    /** Line items that were read. */
    long rows() {
        return rows.sum();
    }

    /** Line items that were read and dropped, for whichever reason. */
    long dropped() {
        return dropped.values().stream().mapToLong(LongAdder::sum).sum();
    }

    void register(MeterRegistry registry) {
        final Tags organisation = Tags.of("organisation", label);
        objects.forEach((outcome, count) -> counter(
                registry,
                "usage_streams_objects_total",
                "objects by what came of their notification",
                organisation.and("outcome", outcome.label()),
                count));
        counter(registry, "usage_streams_line_items_total", "line items that were read", organisation, rows);
        dropped.forEach((reason, count) -> counter(
                registry,
                "usage_streams_line_items_dropped_total",
                "line items that were read and dropped, by reason",
                organisation.and("reason", reason.label()),
                count));
        FunctionTimer.builder(
                        "usage_streams_object_split_seconds",
                        this,
                        counts -> counts.objects(ObjectOutcome.SPLIT),
                        counts -> counts.splitNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .description("reading and splitting an object")
                .tags(organisation)
                .register(registry);
    }

    private static void counter(MeterRegistry registry, String name, String description, Tags tags, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .tags(tags)
                .register(registry);
    }
}

package org.usagestreams.splitter;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** A splitter's counts as metrics, under the names that Prometheus has them by. */
final class SplitterMetrics {
    private SplitterMetrics() {}

    static void register(SplitterCounts counts, MeterRegistry registry) {
        counter(registry, "usage_streams_events_total", "events of the bucket's notifications", counts.events);
        counters(
                registry,
                "usage_streams_events_noted_total",
                "events of note: ignored is neither creation nor removal, marked was written by usage-streams,"
                        + " missed is a change that the bucket did not notify of, malformed is a notification that was"
                        + " set aside",
                "kind",
                Map.of(
                        "ignored", counts.eventsIgnored,
                        "marked", counts.eventsMarked,
                        "missed", counts.eventsMissed,
                        "malformed", counts.notificationsMalformed));
        counters(
                registry,
                "usage_streams_objects_total",
                "objects by what came of their notification",
                "outcome",
                Map.of(
                        "split", counts.objectsSplit,
                        "gone", counts.objectsGone,
                        "replaced", counts.objectsReplaced,
                        "rejected", counts.objectsRejected,
                        "aside", counts.objectsAside,
                        "current", counts.objectsCurrent,
                        "ignored", counts.objectsIgnored));
        counters(
                registry,
                "usage_streams_handed_on_total",
                "notifications that the first lane handed on to the second, by cause",
                "cause",
                counts.handedOn);
        counter(registry, "usage_streams_line_items_total", "line items that were read", counts.rows);
        counters(
                registry,
                "usage_streams_line_items_dropped_total",
                "line items that were read and dropped, by reason",
                "reason",
                counts.rowsDropped);
        counter(registry, "usage_streams_object_bytes_total", "bytes of objects that the store sent", counts.bytesRead);
        counter(registry, "usage_streams_store_retries_total", "times that the store was tried again", counts.retries);
        FunctionTimer.builder(
                        "usage_streams_object_split_seconds",
                        counts,
                        all -> all.objectsSplit.sum(),
                        all -> all.splitNanos.sum(),
                        TimeUnit.NANOSECONDS)
                .description("reading and splitting an object")
                .register(registry);
        counters(
                registry,
                "usage_streams_dead_letters_total",
                "what was set aside, by step",
                "step",
                counts.deadLetters);
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

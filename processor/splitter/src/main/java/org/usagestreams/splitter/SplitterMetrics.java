package org.usagestreams.splitter;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import org.usagestreams.instance.Counters;

/** A splitter's counts as metrics, under the names that Prometheus has them by. */
final class SplitterMetrics {
    private SplitterMetrics() {}

    static void register(SplitterCounts counts, MeterRegistry registry) {
        Counters.register(
                registry, "usage_streams_events_total", "events of the bucket's notifications", counts.events);
        Counters.register(
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
        counts.register(registry);
        Counters.register(
                registry,
                "usage_streams_handed_on_total",
                "notifications that the first lane handed on to the second, by cause",
                "cause",
                counts.handedOn);
        Counters.register(
                registry, "usage_streams_object_bytes_total", "bytes of objects that the store sent", counts.bytesRead);
        Counters.register(
                registry, "usage_streams_store_retries_total", "times that the store was tried again", counts.retries);
        Counters.register(
                registry,
                "usage_streams_dead_letters_total",
                "what was set aside, by step",
                "step",
                counts.deadLetters);
    }
}

package org.usagestreams.splitter;

import java.util.Map;
import org.usagestreams.instance.MetricsPage;

/** A splitter's counts as metrics. */
final class SplitterMetrics {
    private SplitterMetrics() {}

    static void show(SplitterCounts counts, MetricsPage page) {
        page.counter("events_total", "events of the bucket's notifications", counts.events::sum);
        page.counters(
                "events_noted_total",
                "events of note: ignored is neither creation nor removal, marked was written in the bucket's stead,"
                        + " missed is a change that the bucket did not notify of, malformed is a notification that was"
                        + " set aside",
                "kind",
                Map.of(
                        "ignored", counts.eventsIgnored,
                        "marked", counts.eventsMarked,
                        "missed", counts.eventsMissed,
                        "malformed", counts.notificationsMalformed));
        page.counters(
                "objects_total",
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
        page.counter("line_items_total", "line items that were read", counts.rows::sum);
        page.counters(
                "line_items_dropped_total",
                "line items that were read and dropped, by reason",
                "reason",
                counts.rowsDropped);
        page.counter("object_bytes_total", "bytes of objects that the store sent", counts.bytesRead::sum);
        page.counter("store_retries_total", "times that the store was tried again", counts.retries::sum);
        page.timer("object_split_seconds", "reading and splitting an object", counts.objectsSplit, counts.splitNanos);
        page.counters("dead_letters_total", "what was set aside, by step", "step", counts.deadLetters);
    }
}

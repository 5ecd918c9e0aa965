package org.usagestreams.splitter;

import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;

/** A splitter's counts as metrics beside those of Kafka's clients: JMX domain {@code usage.streams}, type splitter. */
final class SplitterMetrics implements AutoCloseable {
    private final Metrics metrics;

    SplitterMetrics(SplitterCounts counts, String instance) {
        metrics = new Metrics(
                new MetricConfig(), List.of(new JmxReporter()), Time.SYSTEM, new KafkaMetricsContext("usage.streams"));
        final Map<String, String> tags = Map.of("instance", instance);
        add("events-missed", "creations and removals that the bucket did not notify of", counts.eventsMissed, tags);
        add("events-marked", "events that were written in the bucket's stead", counts.eventsMarked, tags);
        add("events-ignored", "events that are neither creation nor removal", counts.eventsIgnored, tags);
        add("objects-ignored", "objects that are no report, or left out", counts.objectsIgnored, tags);
        add("objects-split", "objects that were read", counts.objectsSplit, tags);
        add("objects-gone", "objects that were removed", counts.objectsGone, tags);
        add("objects-replaced", "objects that were replaced before they were read", counts.objectsReplaced, tags);
        add("objects-rejected", "objects that were set aside", counts.objectsRejected, tags);
        add("notifications-malformed", "notifications that were set aside", counts.notificationsMalformed, tags);
        add("bytes-read", "bytes of objects that the store sent", counts.bytesRead, tags);
        add("rows", "line items that were read", counts.rows, tags);
        add("rows-dropped", "line items that were dropped", counts.rowsDropped, tags);
        add("retries", "times that the store was tried again", counts.retries, tags);
    }

    private void add(String name, String about, LongAdder count, Map<String, String> tags) {
        metrics.addMetric(metrics.metricName(name + "-total", "splitter", about, tags), (Gauge<Long>)
                (config, now) -> count.sum());
    }

    @Override
    public void close() {
        metrics.close();
    }
}

package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.deadletter.DeadLetter;

class SplitterMetricsTest {
    @Test
    void shouldKeepTheNamesThatDashboardsAndAlertsHave() {
        final SplitterCounts counts = new SplitterCounts();
        final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        SplitterMetrics.register(counts, registry);
        counts.events.add(3);
        counts.eventsMissed.increment();
        counts.objectsSplit.add(2);
        counts.splitNanos.add(TimeUnit.MILLISECONDS.toNanos(1_500));
        counts.deadLetter(DeadLetter.Step.SPLIT);
        assertThat(registry.scrape().lines())
                .contains(
                        "usage_streams_events_total 3.0",
                        "usage_streams_events_noted_total{kind=\"missed\"} 1.0",
                        "usage_streams_objects_total{outcome=\"split\"} 2.0",
                        "usage_streams_objects_total{outcome=\"gone\"} 0.0",
                        "usage_streams_line_items_total 0.0",
                        "usage_streams_object_bytes_total 0.0",
                        "usage_streams_store_retries_total 0.0",
                        "usage_streams_object_split_seconds_count 2",
                        "usage_streams_object_split_seconds_sum 1.5",
                        "usage_streams_dead_letters_total{step=\"SPLIT\"} 1.0");
    }
}

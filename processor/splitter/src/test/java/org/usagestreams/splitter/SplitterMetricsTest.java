package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Set;
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
        counts.of("org1").split(result(30, 2), TimeUnit.MILLISECONDS.toNanos(1_000));
        counts.of("org1").split(result(12, 0), TimeUnit.MILLISECONDS.toNanos(500));
        counts.of("org2").count(ObjectOutcome.REJECTED);
        counts.deadLetter(DeadLetter.Step.SPLIT);
        assertThat(registry.scrape().lines())
                .contains(
                        "usage_streams_events_total 3.0",
                        "usage_streams_events_noted_total{kind=\"missed\"} 1.0",
                        "usage_streams_objects_total{organisation=\"org1\",outcome=\"split\"} 2.0",
                        "usage_streams_objects_total{organisation=\"org1\",outcome=\"gone\"} 0.0",
                        "usage_streams_objects_total{organisation=\"org2\",outcome=\"rejected\"} 1.0",
                        "usage_streams_objects_total{organisation=\"\",outcome=\"ignored\"} 0.0",
                        "usage_streams_line_items_total{organisation=\"org1\"} 42.0",
                        "usage_streams_line_items_dropped_total{organisation=\"org1\",reason=\"amount\"} 2.0",
                        "usage_streams_object_bytes_total 0.0",
                        "usage_streams_store_retries_total 0.0",
                        "usage_streams_object_split_seconds_count{organisation=\"org1\"} 2",
                        "usage_streams_object_split_seconds_sum{organisation=\"org1\"} 1.5",
                        "usage_streams_dead_letters_total{step=\"SPLIT\"} 1.0");
    }

    @Test
    void shouldTellApartNoMoreOrganisationsThanTheSettingSays() {
        final SplitterCounts counts = new SplitterCounts();
        final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        counts.limit(2);
        SplitterMetrics.register(counts, registry);
        for (int i = 0; i < 1_000; i++) {
            counts.of("org" + i).count(ObjectOutcome.GONE);
        }
        assertThat(registry.scrape().lines().filter(line -> line.contains("outcome=\"gone\"")))
                .containsExactlyInAnyOrder(
                        "usage_streams_objects_total{organisation=\"\",outcome=\"gone\"} 0.0",
                        "usage_streams_objects_total{organisation=\"org0\",outcome=\"gone\"} 1.0",
                        "usage_streams_objects_total{organisation=\"other\",outcome=\"gone\"} 999.0");
        assertThat(counts.objects(ObjectOutcome.GONE)).as("of all").isEqualTo(1_000);
    }

    private static SplitResult result(long rows, long dropped) {
        return new SplitResult(1, 1, rows, Map.of(DropReason.AMOUNT, dropped), 0, Set.of(), Set.of());
    }
}

package org.usagestreams.instance;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.PrometheusNaming;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;

/**
 * The metrics of Kafka's clients under names that Prometheus takes: {@code records-lag} of group {@code
 * consumer-fetch-manager-metrics} is {@code kafka_consumer_fetch_manager_records_lag}, with Kafka's tags as labels. What is no
 * number is left out.
 */
final class KafkaMetrics {
    private static final String TOTAL = "-total";

    private KafkaMetrics() {}

    /** A name, and whether what it names only grows. */
    private record Family(String name, boolean counter) {
        static Family of(MetricName metric) {
            final boolean counter = metric.name().endsWith(TOTAL);
            final String name =
                    counter ? metric.name().substring(0, metric.name().length() - TOTAL.length()) : metric.name();
            final String group = metric.group().replaceFirst("-metrics$", "");
            return new Family(PrometheusNaming.sanitizeMetricName("kafka_" + underscored(group + "_" + name)), counter);
        }
    }

    private static String underscored(String text) {
        return text.replaceAll("[^a-zA-Z0-9]+", "_");
    }

    static MetricSnapshots snapshots(Collection<? extends Metric> metrics) {
        final Map<Family, Map<Labels, Double>> values = new HashMap<>();
        final Map<String, String> help = new HashMap<>();
        for (final Metric metric : metrics) {
            if (metric.metricValue() instanceof Number number && !Double.isNaN(number.doubleValue())) {
                final Family family = Family.of(metric.metricName());
                values.computeIfAbsent(family, any -> new LinkedHashMap<>())
                        .putIfAbsent(labels(metric.metricName()), number.doubleValue());
                help.putIfAbsent(family.name(), metric.metricName().description());
            }
        }
        // A counter and a gauge may not share a name; the counter is the one to know.
        final Map<String, Family> families = new TreeMap<>();
        values.keySet().forEach(family -> families.merge(family.name(), family, (a, b) -> a.counter() ? a : b));
        final List<MetricSnapshot> snapshots = new ArrayList<>();
        families.forEach((name, family) -> snapshots.add(
                family.counter()
                        ? counter(name, help.get(name), values.get(family))
                        : gauge(name, help.get(name), values.get(family))));
        return new MetricSnapshots(snapshots);
    }

    private static Labels labels(MetricName metric) {
        final Labels.Builder labels = Labels.builder();
        new TreeMap<>(metric.tags()).forEach((name, value) -> labels.label(underscored(name), value));
        return labels.build();
    }

    private static CounterSnapshot counter(String name, String help, Map<Labels, Double> values) {
        final CounterSnapshot.Builder snapshot =
                CounterSnapshot.builder().name(name).help(help);
        values.forEach((labels, value) -> snapshot.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(Math.max(0, value))
                .build()));
        return snapshot.build();
    }

    private static GaugeSnapshot gauge(String name, String help, Map<Labels, Double> values) {
        final GaugeSnapshot.Builder snapshot =
                GaugeSnapshot.builder().name(name).help(help);
        values.forEach((labels, value) -> snapshot.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
        return snapshot.build();
    }
}

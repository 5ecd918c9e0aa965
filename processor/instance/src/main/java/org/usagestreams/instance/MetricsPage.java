package org.usagestreams.instance;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.SummaryWithCallback;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Quantiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Metric;

/**
 * The metrics of an instance, as Prometheus reads them: ours, whose names begin with {@code usage_streams_}, those of Kafka's
 * clients ({@code kafka_}), and the JVM's. Each is read when it is asked for; nothing is kept.
 */
public final class MetricsPage {
    /** What our metrics' names begin with. */
    public static final String PREFIX = "usage_streams_";

    /** What the page is sent as. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final double NANOS = 1e9;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.builder()
            .setIncludeCreatedTimestamps(false)
            .build();

    /**
     * A value with its labels.
     *
     * @param labels their values
     */
    public record Labelled(List<String> labels, double value) {}

    private final Set<String> excluded;

    /**
     * A page with the JVM's metrics.
     *
     * @param excluded groups of Kafka's metrics that are left out
     */
    public MetricsPage(Collection<String> excluded) {
        this.excluded = Set.copyOf(excluded);
        JvmMetrics.builder().register(registry);
    }

    /** A count that only grows. */
    public void counter(String name, String help, LongSupplier count) {
        CounterWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .callback(callback -> callback.call((double) count.getAsLong()))
                .register(registry);
    }

    /** Counts that only grow, by the value of a label. */
    public void counters(String name, String help, String label, Map<String, LongAdder> counts) {
        CounterWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(label)
                .callback(callback -> counts.forEach((value, count) -> callback.call((double) count.sum(), value)))
                .register(registry);
    }

    /** A value that comes and goes. */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .callback(callback -> callback.call(value.getAsDouble()))
                .register(registry);
    }

    /**
     * Values that come and go, by labels.
     *
     * @param labels the labels' names
     * @param values each with the labels' values, in the same order
     */
    public void gauges(String name, String help, List<String> labels, Supplier<List<Labelled>> values) {
        GaugeWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .labelNames(labels.toArray(String[]::new))
                .callback(callback -> values.get()
                        .forEach(one -> callback.call(one.value(), one.labels().toArray(String[]::new))))
                .register(registry);
    }

    /** How often something was done, and how long it took in all. */
    public void timer(String name, String help, LongAdder count, LongAdder nanos) {
        SummaryWithCallback.builder()
                .name(PREFIX + name)
                .help(help)
                .callback(callback -> callback.call(count.sum(), nanos.sum() / NANOS, Quantiles.EMPTY))
                .register(registry);
    }

    /** Kafka's metrics, under names that Prometheus takes. */
    public void kafka(Supplier<Collection<? extends Metric>> metrics) {
        registry.register((MultiCollector) () -> KafkaMetrics.snapshots(metrics.get().stream()
                .filter(metric -> !excluded.contains(metric.metricName().group()))
                .toList()));
    }

    /** The page, in Prometheus's text format. */
    public byte[] write() {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            writer.write(out, registry.scrape());
        } catch (IOException e) {
            throw new IllegalStateException("only memory is written to", e);
        }
        return out.toByteArray();
    }
}

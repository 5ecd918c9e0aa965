package org.usagestreams.instance;

import io.micrometer.core.instrument.Measurement;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The metrics of an instance, which {@code GET /metrics} shows to Prometheus: its own, whose names begin with {@code
 * usage_streams_}, those of Kafka's clients ({@code kafka_}), and the JVM's. Thread-safe.
 *
 * <p>Parts register meters whose functions read the parts' own counters, so that nothing is counted twice and a count costs no
 * more than a {@link java.util.concurrent.atomic.LongAdder}. Meters refer to parts weakly; {@link KafkaMeters}, which do not,
 * belong to the part that owns the clients.
 */
public final class InstanceMetrics implements AutoCloseable {
    /** The media type of {@link #scrape}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final String OWN = "usage_streams_";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();

    /**
     * Metrics of the JVM, to which parts add theirs.
     *
     * @param excluded groups of Kafka's metrics that are left out; a group's name stands for all groups whose names begin with it
     */
    public InstanceMetrics(Collection<String> excluded) {
        for (final String group : excluded) {
            registry.config().meterFilter(MeterFilter.denyNameStartsWith(KafkaMeters.prefix(group)));
        }
        final List<MeterBinder> jvm = List.of(
                collections,
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new JvmInfoMetrics(),
                new ClassLoaderMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics(),
                new UptimeMetrics());
        jvm.forEach(binder -> binder.bindTo(registry));
    }

    /** The registry of the instance's meters. */
    public MeterRegistry registry() {
        return registry;
    }

    /** The values now, in Prometheus's text format. */
    public byte[] scrape() {
        return registry.scrape().getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Our own counts and gauges, each summed up over its labels, by name; without those of Kafka's clients, which are many.
     * Gauges that have no value now are missing.
     */
    public SortedMap<String, Double> sums() {
        final SortedMap<String, Double> sums = new TreeMap<>();
        for (final Meter meter : registry.getMeters()) {
            final Meter.Type type = meter.getId().getType();
            if (meter.getId().getName().startsWith(OWN) && (type == Meter.Type.COUNTER || type == Meter.Type.GAUGE)) {
                for (final Measurement measurement : meter.measure()) {
                    if (Double.isFinite(measurement.getValue())) {
                        sums.merge(meter.getId().getName(), measurement.getValue(), Double::sum);
                    }
                }
            }
        }
        return sums;
    }

    /** Removes all meters. */
    @Override
    public void close() {
        collections.close();
        registry.getMeters().stream().map(Meter::getId).forEach(registry::remove);
        registry.close();
    }
}

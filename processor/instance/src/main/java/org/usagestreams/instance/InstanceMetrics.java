package org.usagestreams.instance;

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

    /** Removes all meters. */
    @Override
    public void close() {
        collections.close();
        registry.getMeters().stream().map(Meter::getId).forEach(registry::remove);
        registry.close();
    }
}

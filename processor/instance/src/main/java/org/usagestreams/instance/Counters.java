package org.usagestreams.instance;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Registers what a service counts itself as metrics. */
public final class Counters {
    private Counters() {}

    /** Registers a count. */
    public static void register(MeterRegistry registry, String name, String description, LongAdder count) {
        register(registry, name, description, Tags.empty(), count);
    }

    /** Registers a count with labels. */
    public static void register(MeterRegistry registry, String name, String description, Tags tags, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(description)
                .tags(tags)
                .register(registry);
    }

    /**
     * Registers several counts of one metric.
     *
     * @param label name of the label that tells them apart
     * @param counts by the label's value
     */
    public static void register(
            MeterRegistry registry, String name, String description, String label, Map<String, LongAdder> counts) {
        counts.forEach((value, count) -> register(registry, name, description, Tags.of(label, value), count));
    }
}

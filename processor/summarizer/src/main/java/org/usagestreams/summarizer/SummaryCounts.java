package org.usagestreams.summarizer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.usagestreams.instance.Counters;
import org.usagestreams.instance.OrganisationLabels;
import org.usagestreams.wire.deadletter.DeadLetter;

/** What a topology has done since it started, including work that was rolled back and repeated. Thread-safe. */
final class SummaryCounts {
    /** As the setting metrics.organisations has it. */
    private static final int DEFAULT_ORGANISATIONS = 100;

    final LongAdder threadDeaths = new LongAdder();
    /** Days that took longer than a transaction may take. */
    final LongAdder daysSetAside = new LongAdder();

    /** Sources of which the ledger's state has too many entries without rows, in each partition. */
    final LongAdder ledgerSourcesOverQuota = new LongAdder();

    private final Map<String, LongAdder> deadLetters = byName(DeadLetter.Step.values());

    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final Map<String, OrganisationCounts> byLabel = new ConcurrentHashMap<>();
    private volatile OrganisationLabels labels = new OrganisationLabels(DEFAULT_ORGANISATIONS);

    private static Map<String, LongAdder> byName(Enum<?>[] values) {
        final Map<String, LongAdder> counts = new TreeMap<>();
        Arrays.stream(values).forEach(value -> counts.put(value.name(), new LongAdder()));
        return Map.copyOf(counts);
    }

    /** Tells apart no more organisations than so many; before anything is counted. */
    void limit(int organisations) {
        labels = new OrganisationLabels(organisations);
    }

    /** What was done for an organisation, or for all that have the same label. */
    OrganisationCounts of(String organisation) {
        return byLabel.computeIfAbsent(labels.of(organisation), label -> {
            final OrganisationCounts counts = new OrganisationCounts(label);
            registries.forEach(counts::register);
            return counts;
        });
    }

    void deadLetter(DeadLetter.Step step) {
        deadLetters.get(step.name()).increment();
    }

    void register(MeterRegistry registry) {
        // Where objects name no organisation; so that there is a series before anything is done.
        of("");
        registries.add(registry);
        byLabel.values().forEach(counts -> counts.register(registry));
        Counters.register(
                registry, "usage_streams_dead_letters_total", "what was set aside, by step", "step", deadLetters);
        Counters.register(
                registry,
                "usage_streams_days_set_aside_total",
                "times that a day was set aside, because it takes longer than a transaction may take",
                daysSetAside);
        Gauge.builder("usage_streams_ledger_sources_over_quota", ledgerSourcesOverQuota, LongAdder::sum)
                .description("sources with more entries without rows in the ledger's state than ledger.source.entries")
                .register(registry);
        Counters.register(
                registry, "usage_streams_stream_thread_deaths_total", "stream threads that died", threadDeaths);
    }
}

package org.usagestreams.splitter;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.usagestreams.instance.OrganisationLabels;
import org.usagestreams.wire.deadletter.DeadLetter;

/** Counters of a splitter's work since it started. Thread-safe. */
public final class SplitterCounts {
    /** As the setting metrics.organisations has it. */
    private static final int DEFAULT_ORGANISATIONS = 100;

    /** Events of notifications, whatever they are. */
    public final LongAdder events = new LongAdder();
    /** Events that are neither creation nor removal. */
    public final LongAdder eventsIgnored = new LongAdder();
    /** Events that we wrote ourselves: by reconciling, a retry, or a readmission. */
    public final LongAdder eventsMarked = new LongAdder();
    /** Creations and removals that the bucket did not notify of, as far as this instance found them. */
    public final LongAdder eventsMissed = new LongAdder();
    /** Notifications that the first lane handed on to the second, by cause. */
    final Map<String, LongAdder> handedOn = Arrays.stream(HandOnException.Cause.values())
            .collect(Collectors.toUnmodifiableMap(HandOnException.Cause::label, cause -> new LongAdder()));

    public final LongAdder notificationsMalformed = new LongAdder();
    /** Bytes of objects that the store sent. */
    public final LongAdder bytesRead = new LongAdder();

    /** What was set aside, by step. */
    final Map<String, LongAdder> deadLetters = Arrays.stream(DeadLetter.Step.values())
            .collect(Collectors.toUnmodifiableMap(DeadLetter.Step::name, step -> new LongAdder()));

    /** Times that the store was tried again. */
    public final LongAdder retries = new LongAdder();

    private final List<MeterRegistry> registries = new CopyOnWriteArrayList<>();
    private final Map<String, OrganisationCounts> byLabel = new ConcurrentHashMap<>();
    private volatile OrganisationLabels labels = new OrganisationLabels(DEFAULT_ORGANISATIONS);

    /** Tells apart no more organisations than so many; before anything is counted. */
    void limit(int organisations) {
        labels = new OrganisationLabels(organisations);
    }

    /** What was done with the objects of an organisation, or of all that have the same label. */
    OrganisationCounts of(String organisation) {
        return byLabel.computeIfAbsent(labels.of(organisation), label -> {
            final OrganisationCounts counts = new OrganisationCounts(label);
            registries.forEach(counts::register);
            return counts;
        });
    }

    /** Registers what was counted by organisation, now and of those that come. */
    void register(MeterRegistry registry) {
        // Where keys name no organisation; so that there is a series before anything is done.
        of("");
        registries.add(registry);
        byLabel.values().forEach(counts -> counts.register(registry));
    }

    /** How many objects of all organisations had this outcome. */
    public long objects(ObjectOutcome outcome) {
        return sum(counts -> counts.objects(outcome));
    }

    private long sum(ToLongFunction<OrganisationCounts> count) {
        return byLabel.values().stream().mapToLong(count).sum();
    }

    void handedOn(String cause) {
        handedOn.get(cause).increment();
    }

    void deadLetter(DeadLetter.Step step) {
        deadLetters.get(step.name()).increment();
    }

    @Override
    public String toString() {
        return "objects "
                + Arrays.stream(ObjectOutcome.values())
                        .map(outcome -> outcome.label() + " " + objects(outcome))
                        .collect(Collectors.joining(", "))
                + "; handed on "
                + handedOn.values().stream().mapToLong(LongAdder::sum).sum()
                + "; events ignored " + eventsIgnored
                + ", marked " + eventsMarked + ", missed " + eventsMissed + ", malformed " + notificationsMalformed
                + "; rows " + sum(OrganisationCounts::rows) + ", dropped " + sum(OrganisationCounts::dropped)
                + "; retries " + retries;
    }
}

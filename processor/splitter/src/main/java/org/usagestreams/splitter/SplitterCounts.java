package org.usagestreams.splitter;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.usagestreams.wire.deadletter.DeadLetter;

/** What a splitter has seen and done since it started. Thread-safe. */
public final class SplitterCounts {
    /** Events of notifications, whatever they are. */
    public final LongAdder events = new LongAdder();
    /** Events that are neither creation nor removal. */
    public final LongAdder eventsIgnored = new LongAdder();
    /** Events that we wrote ourselves: by reconciling, a retry, or a readmission. */
    public final LongAdder eventsMarked = new LongAdder();
    /** Creations and removals that the bucket did not notify of, as far as this instance found them. */
    public final LongAdder eventsMissed = new LongAdder();
    /** Events of objects that are no report, or left out. */
    public final LongAdder objectsIgnored = new LongAdder();
    /** Objects that were replaced before they were read: left to their own notification. */
    public final LongAdder objectsReplaced = new LongAdder();
    /** Objects that were removed, or gone before they were read. */
    public final LongAdder objectsGone = new LongAdder();

    public final LongAdder objectsSplit = new LongAdder();
    public final LongAdder objectsRejected = new LongAdder();
    /** Attempts at events after which they were set aside, to be tried again. */
    public final LongAdder objectsAside = new LongAdder();
    /** Notifications that the first lane handed on to the second, by cause. */
    final Map<String, LongAdder> handedOn = Arrays.stream(HandOnException.Cause.values())
            .collect(Collectors.toUnmodifiableMap(HandOnException.Cause::label, cause -> new LongAdder()));

    /** Events that found an object whose current version need not be read. */
    public final LongAdder objectsCurrent = new LongAdder();

    public final LongAdder notificationsMalformed = new LongAdder();
    /** Bytes of objects that the store sent. */
    public final LongAdder bytesRead = new LongAdder();

    public final LongAdder rows = new LongAdder();
    /** By reason. */
    final Map<String, LongAdder> rowsDropped = Arrays.stream(DropReason.values())
            .collect(Collectors.toUnmodifiableMap(DropReason::label, reason -> new LongAdder()));

    /** What was set aside, by step. */
    final Map<String, LongAdder> deadLetters = Arrays.stream(DeadLetter.Step.values())
            .collect(Collectors.toUnmodifiableMap(DeadLetter.Step::name, step -> new LongAdder()));

    /** Time that reading and splitting objects took. */
    final LongAdder splitNanos = new LongAdder();
    /** Times that the store was tried again. */
    public final LongAdder retries = new LongAdder();

    void dropped(Map<DropReason, Long> dropped) {
        dropped.forEach((reason, count) -> rowsDropped.get(reason.label()).add(count));
    }

    void handedOn(HandOnException.Cause cause) {
        handedOn.get(cause.label()).increment();
    }

    void deadLetter(DeadLetter.Step step) {
        deadLetters.get(step.name()).increment();
    }

    @Override
    public String toString() {
        return "objects split " + objectsSplit + ", gone " + objectsGone + ", replaced " + objectsReplaced
                + ", rejected " + objectsRejected + ", ignored " + objectsIgnored + ", set aside " + objectsAside
                + "; handed on "
                + handedOn.values().stream().mapToLong(LongAdder::sum).sum()
                + "; events ignored " + eventsIgnored
                + ", marked " + eventsMarked + ", missed " + eventsMissed + ", malformed " + notificationsMalformed
                + "; rows " + rows + ", dropped "
                + rowsDropped.values().stream().mapToLong(LongAdder::sum).sum() + "; retries "
                + retries;
    }
}

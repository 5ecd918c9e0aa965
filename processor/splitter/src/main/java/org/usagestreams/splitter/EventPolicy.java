package org.usagestreams.splitter;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.ObjectKey;

/**
 * Which events are refused without a look at the store.
 *
 * @param buckets whose events are taken; none: all
 * @param future an event may be so much later than now, since clocks differ
 */
public record EventPolicy(Set<String> buckets, Duration future) {
    /** The documented defaults, but for the buckets. */
    public static final EventPolicy DEFAULTS = new EventPolicy(Set.of(), Duration.ofMinutes(15));

    /** Takes a copy of the buckets. */
    public EventPolicy {
        buckets = Set.copyOf(buckets);
    }

    /**
     * Why an event is refused, and what to do; empty if it is taken.
     *
     * @param ours whether it comes from where only this system writes
     */
    public Optional<String> problem(BucketEvent event, boolean ours, Instant now) {
        if (event.kind() == BucketEvent.Kind.OTHER) {
            return Optional.empty();
        }
        if (event.mark() != null && !ours) {
            return Optional.of("Cannot take an event with a mark of this system, "
                    + event.mark().origin()
                    + ": it came on the topic of the bucket's notifications, where marks may be forged. Look who wrote it;"
                    + " what it asks for, scripts/deadletters, scripts/replay and scripts/readmit do.");
        }
        final Optional<String> key = ObjectKey.problem(event.key());
        if (key.isPresent()) {
            return Optional.of("Cannot take an event: " + key.get()
                    + ". Upload the object again under a key of the documented form.");
        }
        // Bucket names are not quoted before they are known: they may hold anything.
        if (!buckets.isEmpty() && !buckets.contains(event.bucket())) {
            return Optional.of("Cannot take an event of " + event.key()
                    + ": its bucket is not read. Add the bucket to store.buckets, or end its"
                    + " notifications.");
        }
        final Instant latest = now.plus(future);
        final boolean late = event.time().isAfter(latest)
                || (event.mark() != null && event.mark().uploaded().isAfter(latest));
        return late
                ? Optional.of("Cannot take an event of " + event.key() + ": its time, " + event.time()
                        + ", is more than " + future.toMillis() + " ms from now. Set the clock of the object store, or"
                        + " raise splitter.event.future.ms.")
                : Optional.empty();
    }
}

package org.usagestreams.splitter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Received;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventMark;
import org.usagestreams.wire.notification.EventRecord;

/**
 * Sets events aside whose object cannot be read now, so they do not delay others. A dead letter of step {@code STORE} carries the event
 * that tries it again; it is committed with the notification's offset, so the event is neither lost nor doubled, and {@link AsideRetries}
 * sends it when its time has come. An attempt that comes to an end removes the dead letter in its own transaction; one that fails writes
 * the next.
 *
 * <p>A creation whose object could not be read for {@link AsidePolicy#total} is {@code FAILED}. It is still tried again, by an
 * event that is one millisecond newer, since what failed in an event stays so. A removal or check never fails: nothing is known
 * of the object, so nothing is said of it, and its rows stay as they are.
 *
 * <p>Thread-safe.
 */
final class Asides {
    private static final Logger LOG = LoggerFactory.getLogger(Asides.class);

    private final AsidePolicy policy;
    private final SplitterCounts counts;

    Asides(AsidePolicy policy, SplitterCounts counts) {
        this.policy = policy;
        this.counts = counts;
    }

    /** Whether an object that the store does not have may yet appear. */
    boolean mayAppear(BucketEvent event, Instant now) {
        if (event.kind() == BucketEvent.Kind.REMOVED) {
            return false;
        }
        final Instant start = event.mark() == null
                // An event of the future comes from a clock that is ahead; the first attempt starts the time then.
                ? event.time()
                : event.mark().aside() == null
                        ? Instant.MIN
                        : event.mark().aside().since();
        return start.isAfter(now.minus(policy.appear()));
    }

    /** Removes the dead letter of an event that was set aside and is tried again now. */
    static void settle(BucketEvent event, NotificationHandler.Output output) {
        if (event.mark() != null && event.mark().aside() != null) {
            output.settled(event.mark().aside().deadLetter());
        }
    }

    /**
     * Sets an event aside.
     *
     * @param reason in the store's words
     */
    void setAside(ObjectEvent object, String reason, Instant now, NotificationHandler.Output output) {
        final BucketEvent event = object.event();
        final EventMark.Aside before =
                event.mark() == null ? null : event.mark().aside();
        final Instant since = before == null ? now : before.since();
        final int attempts = before == null ? 1 : before.attempts() + 1;
        final boolean due = event.kind() == BucketEvent.Kind.CREATED && !now.isBefore(since.plus(policy.total()));
        final boolean failedBefore = before != null && before.failed();
        final boolean failed = failedBefore || due;
        final Instant next = now.plus(policy.pause(attempts));
        final ObjectVersion version = object.version(null);
        final String record = before == null ? object.notification().place() : before.record();
        final String text = "Cannot read it from the object store, though others can be read: " + reason
                + ". It is tried again automatically. Check the rights on it and the store's health (attempt "
                + attempts
                + ", the next not before " + next + ")";
        // After FAILED, attempts are of an event that is newer by a millisecond; the dead letter stays that of the
        // failure.
        final ObjectVersion first = failedBefore
                ? version.toBuilder()
                        .setEventTimeMillis(version.getEventTimeMillis() - 1)
                        .build()
                : version;
        final DeadLetter deadLetter = new DeadLetter(
                DeadLetter.Step.STORE, text, DeadLetter.ObjectOf.version(first), null, record, null, now.toString());
        final BucketEvent again = again(
                event, failed && !failedBefore, new EventMark.Aside(since, attempts, failed, record, deadLetter.id()));
        output.deadLetter(new DeadLetter(
                deadLetter.step(),
                deadLetter.reason(),
                deadLetter.version(),
                deadLetter.place(),
                deadLetter.record(),
                deadLetter.payload(),
                deadLetter.time(),
                new DeadLetter.Retry(
                        next.toString(),
                        new String(EventRecord.key(again), StandardCharsets.UTF_8),
                        new String(EventRecord.value(again), StandardCharsets.UTF_8))));
        counts.of(object.organisation()).count(ObjectOutcome.ASIDE);
        LOG.atWarn()
                .addKeyValue("object", Versions.objectName(version))
                .addKeyValue("attempt", attempts)
                .addKeyValue("next", next)
                .log("object set aside: {}", reason);
        tell(object, version, text, deadLetter.id(), due, failedBefore, now, output);
    }

    private void tell(
            ObjectEvent object,
            ObjectVersion version,
            String text,
            String deadLetter,
            boolean due,
            boolean failedBefore,
            Instant now,
            NotificationHandler.Output output) {
        if (failedBefore || object.event().kind() != BucketEvent.Kind.CREATED) {
            return;
        }
        final ObjectFact.Builder fact = object.fact(version, now.toEpochMilli());
        if (due) {
            counts.deadLetter(DeadLetter.Step.STORE);
            counts.of(object.organisation()).count(ObjectOutcome.REJECTED);
            output.fact(fact.setFailed(Failed.newBuilder()
                            .setStep(DeadLetter.Step.STORE.name())
                            .setReason(text)
                            .setDeadLetter(deadLetter))
                    .build());
        } else if (!version.getEtag().isEmpty()) {
            output.fact(fact.setReceived(Received.newBuilder().setAside(text)).build());
        }
    }

    private static BucketEvent again(BucketEvent event, boolean newer, EventMark.Aside aside) {
        return new BucketEvent(
                event.kind(),
                event.bucket(),
                event.key(),
                event.etag(),
                event.versionId(),
                event.sequencer(),
                newer ? event.time().plusMillis(1) : event.time(),
                new EventMark(
                        EventMark.Origin.RETRY,
                        event.mark() == null ? event.time() : event.mark().uploaded(),
                        event.mark() == null ? Set.of() : event.mark().readmitted(),
                        aside));
    }
}

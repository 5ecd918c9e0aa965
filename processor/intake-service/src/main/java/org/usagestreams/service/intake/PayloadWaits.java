package org.usagestreams.service.intake;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Received;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventMark;
import org.usagestreams.wire.notification.EventRecord;

/**
 * Sets payloads aside that cannot be unpacked now, and refuses those that never can. A dead letter carries the event that tries a
 * payload again, and is committed with the notification's offset: the payload is neither lost nor doubled. {@link WaitingPayloads}
 * sends the event when the cluster is known; a splitter sends it when its time has come, at which the payload is {@code FAILED}.
 *
 * <p>Thread-safe.
 */
final class PayloadWaits {
    private static final Logger LOG = LoggerFactory.getLogger(PayloadWaits.class);

    private final Limits limits;
    private final WaitingPayloads waiting;
    private final IntakeCounts counts;
    private final Clock clock;

    /**
     * How long and how many may wait; each is a setting.
     *
     * @param longest a payload is refused after this long
     * @param payloads most that wait at once
     * @param bytes most bytes that they have
     * @param pause before a payload that cannot be read is tried again
     */
    record Limits(Duration longest, int payloads, long bytes, Duration pause) {}

    PayloadWaits(Limits limits, WaitingPayloads waiting, IntakeCounts counts, Clock clock) {
        this.limits = limits;
        this.waiting = waiting;
        this.counts = counts;
        this.clock = clock;
    }

    /** Sets a payload aside whose cluster is not known. */
    void forCluster(PayloadEvent payload, ObjectStore.Stored stored, String cluster, IntakeOutput output) {
        final String unknown = "Cannot unpack it: cluster " + cluster + " is not known in organisation "
                + payload.organisation() + ". ";
        final DeadLetter.AwaitedCluster awaited =
                new DeadLetter.AwaitedCluster(payload.organisation(), cluster, stored.size());
        final Instant now = clock.instant();
        final Instant until = since(payload, now).plus(limits.longest());
        if (!now.isBefore(until)) {
            refuse(
                    payload,
                    stored,
                    "cluster " + cluster,
                    unknown + "It has waited for " + limits.longest()
                            + " (intake.cluster.wait.ms). Register the cluster,"
                            + " then try the payload again by scripts/deadletters.",
                    output);
        } else if (aside(payload) == null && isFull(stored)) {
            refuse(
                    payload,
                    stored,
                    "cluster " + cluster,
                    unknown + waiting.count() + " payloads of " + waiting.bytes() + " bytes wait for theirs already"
                            + " (intake.cluster.wait.payloads, intake.cluster.wait.bytes). Register the cluster, then try"
                            + " the payload again by scripts/deadletters.",
                    output);
        } else {
            setAside(
                    payload,
                    stored,
                    "cluster " + cluster,
                    unknown + "It is unpacked automatically when reference data has the cluster, until " + until
                            + ". Register the cluster's source.",
                    until,
                    awaited,
                    output);
        }
    }

    /** Sets a payload aside that the store does not give out, though it gives out others. */
    void forStore(PayloadEvent payload, ObjectStore.Stored stored, String reason, IntakeOutput output) {
        final String words = "Cannot read it from the object store, though others can be read: " + reason + ". ";
        final Instant now = clock.instant();
        if (!now.isBefore(since(payload, now).plus(limits.longest()))) {
            refuse(
                    payload,
                    stored,
                    "store",
                    words + "Check the rights on it, then try it again by scripts/deadletters.",
                    output);
        } else {
            setAside(
                    payload,
                    stored,
                    "store",
                    words + "It is tried again automatically. Check the rights on it.",
                    now.plus(limits.pause()),
                    null,
                    output);
        }
    }

    private boolean isFull(ObjectStore.Stored stored) {
        return waiting.count() >= limits.payloads() || waiting.bytes() + stored.size() > limits.bytes();
    }

    private void setAside(
            PayloadEvent payload,
            ObjectStore.Stored stored,
            String place,
            String reason,
            Instant next,
            DeadLetter.AwaitedCluster cluster,
            IntakeOutput output) {
        settle(payload, output);
        final Instant now = clock.instant();
        final EventMark.Aside before = aside(payload);
        final ObjectVersion version = payload.version(stored);
        final DeadLetter letter = letter(version, place, reason, now, null);
        final BucketEvent event = payload.event();
        final BucketEvent again = new BucketEvent(
                event.kind(),
                event.bucket(),
                event.key(),
                event.etag(),
                event.versionId(),
                event.sequencer(),
                event.time(),
                new EventMark(
                        EventMark.Origin.RETRY,
                        event.mark() == null ? event.time() : event.mark().uploaded(),
                        Set.of(),
                        new EventMark.Aside(
                                since(payload, now),
                                before == null ? 1 : before.attempts() + 1,
                                false,
                                payload.place(),
                                letter.id())));
        output.deadLetter(letter(
                version,
                place,
                reason,
                now,
                new DeadLetter.Retry(
                        next.toString(),
                        new String(EventRecord.key(again), StandardCharsets.UTF_8),
                        new String(EventRecord.value(again), StandardCharsets.UTF_8),
                        cluster)));
        output.fact(payload.fact(version, now.toEpochMilli())
                .setReceived(Received.newBuilder().setAside(reason))
                .build());
        counts.setAside.increment();
        LOG.warn("{} set aside: {}", Versions.objectName(version), reason);
    }

    /**
     * Refuses a payload.
     *
     * @param stored null where the store does not give it out
     * @param place where in the payload
     */
    void refuse(PayloadEvent payload, ObjectStore.Stored stored, String place, String reason, IntakeOutput output) {
        settle(payload, output);
        final Instant now = clock.instant();
        final ObjectVersion version = payload.version(stored);
        final DeadLetter letter = letter(version, place, reason, now, null);
        output.deadLetter(letter);
        output.fact(payload.fact(version, now.toEpochMilli())
                .setFailed(Failed.newBuilder()
                        .setStep(letter.step().name())
                        .setReason(letter.reason())
                        .setDeadLetter(letter.id()))
                .build());
        counts.refused.increment();
        LOG.warn("{} refused: {}", Versions.objectName(version), reason);
    }

    /** The same payload at the same place has the same dead letter, however often it is tried. */
    private static DeadLetter letter(
            ObjectVersion version, String place, String reason, Instant now, DeadLetter.Retry retry) {
        return new DeadLetter(
                DeadLetter.Step.PAYLOAD,
                reason,
                DeadLetter.ObjectOf.version(version),
                place,
                null,
                null,
                now.toString(),
                retry);
    }

    /** Removes the dead letter of a payload that was set aside, before what comes of it now. */
    static void settle(PayloadEvent payload, IntakeOutput output) {
        if (aside(payload) != null) {
            output.settled(aside(payload).deadLetter());
        }
    }

    private static EventMark.Aside aside(PayloadEvent payload) {
        return payload.event().mark() == null ? null : payload.event().mark().aside();
    }

    private static Instant since(PayloadEvent payload, Instant now) {
        return aside(payload) == null ? now : aside(payload).since();
    }
}

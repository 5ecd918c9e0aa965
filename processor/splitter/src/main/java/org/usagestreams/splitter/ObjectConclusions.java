package org.usagestreams.splitter;

import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.Current;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.Ignored;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Replaced;
import org.usagestreams.wire.notification.BucketEvent;

/**
 * Reports an object that gives no chunks: as facts for the ledger, dead letters, and a line in the log. Stateless but for counters;
 * thread-safe as they are.
 */
final class ObjectConclusions {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationHandler.class);

    private final SplitterCounts counts;
    private final Clock clock;
    private final boolean keepRemoved;
    private final Asides asides;

    /** @param keepRemoved whether the rows of removed objects stay */
    ObjectConclusions(SplitterCounts counts, Clock clock, boolean keepRemoved, Asides asides) {
        this.counts = counts;
        this.clock = clock;
        this.keepRemoved = keepRemoved;
        this.asides = asides;
    }

    /** An object that gives no chunks: it is gone, replaced, set aside, or rejected. */
    void conclude(ObjectEvent object, ReadResult result, NotificationHandler.Output output) {
        Asides.settle(object.event(), output);
        if (result.kind() == StoreException.Kind.UNREADABLE) {
            asides.setAside(object, result.words(), clock.instant(), output);
            return;
        }
        if (result.kind() == StoreException.Kind.GONE && asides.mayAppear(object.event(), clock.instant())) {
            asides.setAside(object, "it does not have the object yet", clock.instant(), output);
            return;
        }
        final ObjectVersion version = object.version(result.stored());
        final ObjectFact.Builder fact = object.fact(version, clock.millis());
        if (result.kind() == StoreException.Kind.REPLACED) {
            counts.of(object.organisation()).count(ObjectOutcome.REPLACED);
            say(object, version)
                    .log("object was replaced in the meantime; left to the notification of the new" + " version");
            output.fact(fact.setReplaced(Replaced.getDefaultInstance()).build());
            return;
        }
        if (result.kind() == StoreException.Kind.GONE) {
            counts.of(object.organisation()).count(ObjectOutcome.GONE);
            say(object, version).log(keepRemoved ? "object is gone; its rows stay" : "object is gone");
            output.fact(fact.setGone(Gone.newBuilder().setKept(keepRemoved)).build());
            return;
        }
        final RejectedObjectException rejection = result.rejection();
        counts.of(object.organisation()).count(ObjectOutcome.REJECTED);
        LOG.warn("set aside: object {}: {}", Versions.objectName(version), rejection.getMessage());
        final DeadLetter deadLetter = new DeadLetter(
                rejection instanceof BeyondRetentionException ? DeadLetter.Step.RETENTION : DeadLetter.Step.SPLIT,
                rejection.getMessage(),
                DeadLetter.ObjectOf.version(version),
                rejection.place(),
                object.notification().place(),
                null,
                DeadLetter.time(clock.millis()));
        counts.deadLetter(deadLetter.step());
        output.deadLetter(deadLetter);
        output.fact(fact.setFailed(Failed.newBuilder()
                        .setStep(deadLetter.step().name())
                        .setReason(deadLetter.reason())
                        .setDeadLetter(deadLetter.id()))
                .build());
    }

    /**
     * The object lives, whatever the event says. Its contents are not read: most often it is known, and read again it would
     * only have a less precise time of upload. The ledger asks for it where it is not what holds.
     */
    void tellCurrent(ObjectEvent object, ObjectStore.Stored current, NotificationHandler.Output output) {
        final BucketEvent event = object.event();
        Asides.settle(event, output);
        // A removal without a version id, of an object that has versions, was that of the one without.
        final boolean versions =
                !event.versionId().isEmpty() || !current.versionId().isEmpty();
        if (event.kind() == BucketEvent.Kind.REMOVED
                && versions
                && !event.versionId().equals(current.versionId())) {
            output.fact(object.fact(clock.millis())
                    .setGone(Gone.newBuilder().setVersionOnly(true))
                    .build());
        }
        final ObjectVersion version = object.version(current);
        counts.of(object.organisation()).count(ObjectOutcome.CURRENT);
        say(object, version).log("object exists; its current version is reported to the ledger");
        output.fact(object.fact(version, clock.millis())
                .setCurrent(Current.newBuilder()
                        .setReadUnknown(versions || event.kind() == BucketEvent.Kind.CHECK || event.mark() != null))
                .build());
    }

    /**
     * A notification, or one of its events, that nothing is done about.
     *
     * @param place which event; null for the notification
     */
    void refuse(Notification notification, String place, String reason, NotificationHandler.Output output) {
        counts.notificationsMalformed.increment();
        counts.deadLetter(DeadLetter.Step.NOTIFICATION);
        LOG.warn("set aside: notification {}: {}", notification.place(), reason);
        output.deadLetter(new DeadLetter(
                DeadLetter.Step.NOTIFICATION,
                reason,
                null,
                place,
                notification.place(),
                DeadLetter.payloadOf(notification.value()),
                DeadLetter.time(clock.millis())));
    }

    /** An object that is not a report, or left out by a setting; and where such an object goes, there is nothing to do. */
    void ignore(ObjectEvent object, NotificationHandler.Output output) {
        counts.of(object.organisation()).count(ObjectOutcome.IGNORED);
        final BucketEvent event = object.event();
        final String reason = object.report() == null
                ? "its key is that of no report"
                : "left out by settings objects.include and objects.exclude";
        LOG.atInfo()
                .addKeyValue("object", event.bucket() + "/" + event.key())
                .addKeyValue("reason", reason)
                .log("object ignored");
        final ObjectFact.Builder fact = object.fact(clock.millis());
        if (event.kind() == BucketEvent.Kind.REMOVED) {
            fact.setGone(Gone.newBuilder().setKept(true));
        } else {
            fact.setIgnored(Ignored.newBuilder().setReason(reason));
        }
        output.fact(fact.build());
    }

    private static LoggingEventBuilder say(ObjectEvent object, ObjectVersion version) {
        return LOG.atInfo()
                .addKeyValue("object", Versions.objectName(version))
                .addKeyValue("organisation", object.report().organisation())
                .addKeyValue("source", object.report().source());
    }
}

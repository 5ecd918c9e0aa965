package org.usagestreams.splitter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Time;
import org.apache.parquet.io.InputFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.Current;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.Ignored;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Received;
import org.usagestreams.wire.message.Replaced;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.MalformedNotificationException;
import org.usagestreams.wire.notification.NotificationParser;
import org.usagestreams.wire.notification.ReportKey;

/**
 * What a notification leads to. Records go to an output that can be taken back: an object counts wholly or not at all.
 * What the store says now is what holds; the notification only says where to look, and since when.
 */
final class NotificationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationHandler.class);

    private final ObjectStore store;
    private final int readAheadBytes;
    private final ObjectSplitter splitter;
    private final SplitterCounts counts;
    private final Clock clock;
    private final Time time;
    private final ObjectTime objectTime;
    private final SplitPolicy policy;
    private final Asides asides;

    /** Takes the records of the notification at hand; what it takes is committed wholly, or not at all. */
    interface Output {
        void chunk(ChunkKey key, byte[] value);

        void fact(ObjectFact fact);

        void deadLetter(DeadLetter deadLetter);

        /** Removes the dead letter of that key. */
        void settled(String deadLetter);
    }

    /** The notification's records are to be dropped, and it is to be handled again: chunks of a failed object are among them. */
    private static final class TakeBackException extends Exception {
        private static final long serialVersionUID = 1L;

        private final int event;
        private final transient Verdict verdict;

        /** @param verdict null where the object is to be read again */
        TakeBackException(int event, Verdict verdict) {
            super(null, null, false, false);
            this.event = event;
            this.verdict = verdict;
        }
    }

    /**
     * What is known of an event's object without reading it again.
     *
     * @param rejection null but for {@code REFUSED}
     * @param stored null where it does not matter
     * @param words of the store; null but for {@code UNREADABLE}
     */
    private record Verdict(
            StoreException.Kind kind, RejectedObjectException rejection, ObjectStore.Stored stored, String words) {
        static Verdict none(StoreException.Kind kind) {
            return new Verdict(kind, null, null, null);
        }

        static Verdict refused(RejectedObjectException rejection, ObjectStore.Stored stored) {
            return new Verdict(StoreException.Kind.REFUSED, rejection, stored, null);
        }
    }

    /** Verdicts of one notification's events, over the attempts at it. */
    static final class Verdicts {
        private final Map<Integer, Verdict> byEvent = new HashMap<>();
        private final Map<Integer, Integer> slowAttempts = new HashMap<>();

        private void add(TakeBackException failure) {
            if (failure.verdict != null) {
                byEvent.put(failure.event, failure.verdict);
            }
        }
    }

    NotificationHandler(
            ObjectStore store,
            int readAheadBytes,
            ObjectSplitter splitter,
            SplitterCounts counts,
            Clock clock,
            Time time,
            ObjectTime objectTime,
            SplitPolicy policy) {
        this.store = store;
        this.readAheadBytes = readAheadBytes;
        this.splitter = splitter;
        this.counts = counts;
        this.clock = clock;
        this.time = time;
        this.objectTime = objectTime;
        this.policy = policy;
        asides = new Asides(policy.aside(), counts);
    }

    /** Says that a notification was read whose objects take a while, or have to wait for the store. */
    void announce(Notification notification, Output output) {
        try {
            for (final BucketEvent event : NotificationParser.parse(notification.value())) {
                final Optional<ReportKey> report = ReportKey.of(event.key());
                if (event.kind() == BucketEvent.Kind.CREATED
                        && !event.etag().isEmpty()
                        && report.isPresent()
                        && policy.filter().takes(event.key())) {
                    output.fact(new ObjectEvent(event, notification, report.get())
                            .fact(clock.millis())
                            .setReceived(Received.getDefaultInstance())
                            .build());
                }
            }
        } catch (MalformedNotificationException e) {
            LOG.debug("notification {} is malformed, which is said when it is handled", notification.place(), e);
        }
    }

    /**
     * Handles one notification.
     *
     * @param verdicts of earlier attempts at this notification; what this attempt finds out is added
     */
    SplitOutcome handle(Notification notification, Verdicts verdicts, Output output) {
        try {
            handleEvents(notification, verdicts, output);
            return SplitOutcome.COMPLETE;
        } catch (TakeBackException e) {
            verdicts.add(e);
            return SplitOutcome.RESTART;
        } catch (StoreException e) {
            return new SplitOutcome.StoreUnavailable(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("Only the object store fails with an exception of I/O", e);
        }
    }

    private void handleEvents(Notification notification, Verdicts verdicts, Output output)
            throws IOException, TakeBackException {
        final List<BucketEvent> events;
        try {
            events = NotificationParser.parse(notification.value());
        } catch (MalformedNotificationException e) {
            counts.notificationsMalformed.increment();
            counts.deadLetter(DeadLetter.Step.NOTIFICATION);
            LOG.warn("set aside: notification {}: {}", notification.place(), e.getMessage());
            output.deadLetter(new DeadLetter(
                    DeadLetter.Step.NOTIFICATION,
                    "not an S3 event record: " + e.getMessage(),
                    null,
                    null,
                    notification.place(),
                    DeadLetter.payloadOf(notification.value()),
                    DeadLetter.time(clock.millis())));
            return;
        }
        counts.events.add(events.size());
        // All objects of a notification share a transaction.
        final long deadline = time.nanoseconds() + objectTime.longest().toNanos();
        for (int i = 0; i < events.size(); i++) {
            handle(events.get(i), i, notification, verdicts, deadline, output);
        }
    }

    private void handle(
            BucketEvent event, int index, Notification notification, Verdicts verdicts, long deadline, Output output)
            throws IOException, TakeBackException {
        if (event.kind() == BucketEvent.Kind.OTHER) {
            counts.eventsIgnored.increment();
            return;
        }
        if (event.mark() != null) {
            counts.eventsMarked.increment();
        }
        final ObjectEvent object =
                new ObjectEvent(event, notification, ReportKey.of(event.key()).orElse(null));
        if (object.report() == null
                || (event.kind() == BucketEvent.Kind.CREATED && !policy.filter().takes(event.key()))) {
            ignore(object, output);
            return;
        }
        final Verdict verdict = verdicts.byEvent.get(index);
        if (verdict != null) {
            conclude(object, verdict, output);
            return;
        }
        try {
            final Optional<ObjectStore.Stored> current = store.current(event.bucket(), event.key());
            if (current.isEmpty()) {
                conclude(object, Verdict.none(StoreException.Kind.GONE), output);
            } else if (event.kind() != BucketEvent.Kind.CREATED) {
                tellCurrent(object, current.get(), output);
            } else if (isReplaced(event, current.get())) {
                if (isOlder(current.get(), event) && asides.mayAppear(event, clock.instant())) {
                    Asides.settle(event, output);
                    asides.setAside(object, "it still has the version before", clock.instant(), output);
                    return;
                }
                conclude(object, Verdict.none(StoreException.Kind.REPLACED), output);
            } else {
                split(object, index, current.get(), verdicts, deadline, output);
            }
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.UNAVAILABLE) {
                throw e;
            }
            conclude(object, verdictOf(e, null), output);
        }
    }

    /**
     * The object lives, whatever the event says. Its contents are not read: most often it is known, and read again it would
     * only have a less precise time of upload. The ledger asks for it where it is not what holds.
     */
    private void tellCurrent(ObjectEvent object, ObjectStore.Stored current, Output output) {
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
        counts.objectsCurrent.increment();
        say(object, version).log("object lives, its current version is told to the ledger");
        output.fact(object.fact(version, clock.millis())
                .setCurrent(Current.newBuilder()
                        .setReadUnknown(versions || event.kind() == BucketEvent.Kind.CHECK || event.mark() != null))
                .build());
    }

    /** An object that is no report, or left out by a setting; and where such a one goes, there is nothing to do. */
    private void ignore(ObjectEvent object, Output output) {
        counts.objectsIgnored.increment();
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

    /** Whether what the store has was there before the event, by times of whole seconds. */
    private static boolean isOlder(ObjectStore.Stored current, BucketEvent event) {
        return current.lastModified().plusSeconds(1).isBefore(event.time());
    }

    private static boolean isReplaced(BucketEvent event, ObjectStore.Stored current) {
        return (!event.etag().isEmpty() && !event.etag().equals(current.etag()))
                || (!event.versionId().isEmpty() && !event.versionId().equals(current.versionId()));
    }

    private void split(
            ObjectEvent object, int index, ObjectStore.Stored stored, Verdicts verdicts, long deadline, Output output)
            throws IOException, TakeBackException {
        final ObjectVersion version = object.version(stored);
        final long start = time.nanoseconds();
        final BoundedSink sink = new BoundedSink(
                output, Math.min(deadline, start + objectTime.of(stored.size()).toNanos()));
        final SplitResult result;
        try {
            result = splitter.split(open(stored), version, object.report(), admission(object.event()), sink);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.UNAVAILABLE) {
                throw e;
            }
            final Verdict verdict = verdictOf(e, stored);
            takeBack(index, sink, verdict);
            conclude(object, verdict, output);
            return;
        } catch (RejectedObjectException e) {
            final Verdict verdict = Verdict.refused(e, stored);
            takeBack(index, sink, verdict);
            conclude(object, verdict, output);
            return;
        } catch (ObjectSplitter.SinkException e) {
            final IOException cause = e.unwrap();
            if (!(cause instanceof SlowObjectException)) {
                throw cause;
            }
            final Verdict verdict = slow(object, index, stored, verdicts, cause);
            takeBack(index, sink, verdict);
            conclude(object, verdict, output);
            return;
        }
        Asides.settle(object.event(), output);
        output.fact(
                object.fact(version, clock.millis()).setSplit(result.toFact()).build());
        counts.objectsSplit.increment();
        counts.rows.add(result.rows());
        counts.dropped(result.dropped());
        counts.splitNanos.add(time.nanoseconds() - start);
        LOG.atInfo()
                .addKeyValue("object", Versions.objectName(version))
                .addKeyValue("organisation", object.report().organisation())
                .addKeyValue("source", object.report().source())
                .addKeyValue("report", object.report().type().name().toLowerCase(Locale.ROOT))
                .addKeyValue("dates", result.dates())
                .addKeyValue("rows", result.rows())
                .addKeyValue("dropped", result.dropped())
                .addKeyValue("unreadable_labels", result.unreadableLabels())
                .addKeyValue("chunks", result.chunks())
                .addKeyValue("millis", (time.nanoseconds() - start) / 1_000_000)
                .log("object split");
    }

    private Admission admission(BucketEvent event) {
        return new Admission(
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(policy.retentionDays()),
                event.mark() == null ? Set.of() : event.mark().readmitted());
    }

    private static Verdict verdictOf(StoreException e, ObjectStore.Stored stored) {
        return switch (e.kind()) {
            case REFUSED ->
                Verdict.refused(
                        new RejectedObjectException(
                                "Cannot be read from the object store, now or later (a name that it does not take, or"
                                        + " encrypted with a key of its own?): " + e.getMessage(),
                                null,
                                e),
                        stored);
            case UNREADABLE -> new Verdict(e.kind(), null, stored, e.getMessage());
            default -> Verdict.none(e.kind());
        };
    }

    /** Counts a slow attempt; the verdict after the last one. */
    private Verdict slow(ObjectEvent object, int index, ObjectStore.Stored stored, Verdicts verdicts, IOException cause)
            throws TakeBackException {
        final int attempts = verdicts.slowAttempts.merge(index, 1, Integer::sum);
        LOG.atWarn()
                .addKeyValue("object", Versions.objectName(object.version(stored)))
                .addKeyValue("bytes", stored.size())
                .addKeyValue("seconds", objectTime.of(stored.size()).toSeconds())
                .addKeyValue("attempt", attempts)
                .log("object not split in the time for its size");
        if (attempts < objectTime.attempts()) {
            throw new TakeBackException(index, null);
        }
        return Verdict.refused(
                new RejectedObjectException(
                        "Cannot split its " + stored.size() + " bytes within "
                                + objectTime.of(stored.size()).toSeconds() + " s, in " + attempts
                                + " attempts. Raise splitter.object.base.ms or splitter.transaction.timeout.ms, or lower"
                                + " splitter.object.bytes.per.second",
                        null,
                        cause),
                stored);
    }

    private static void takeBack(int index, BoundedSink sink, Verdict verdict) throws TakeBackException {
        if (sink.chunks > 0) {
            throw new TakeBackException(index, verdict);
        }
    }

    private static LoggingEventBuilder say(ObjectEvent object, ObjectVersion version) {
        return LOG.atInfo()
                .addKeyValue("object", Versions.objectName(version))
                .addKeyValue("organisation", object.report().organisation())
                .addKeyValue("source", object.report().source());
    }

    /** An object that gives no chunks: it is gone, replaced, set aside, or rejected. */
    private void conclude(ObjectEvent object, Verdict verdict, Output output) {
        Asides.settle(object.event(), output);
        if (verdict.kind() == StoreException.Kind.UNREADABLE) {
            asides.setAside(object, verdict.words(), clock.instant(), output);
            return;
        }
        if (verdict.kind() == StoreException.Kind.GONE && asides.mayAppear(object.event(), clock.instant())) {
            asides.setAside(object, "it does not have the object yet", clock.instant(), output);
            return;
        }
        final ObjectVersion version = object.version(verdict.stored());
        final ObjectFact.Builder fact = object.fact(version, clock.millis());
        if (verdict.kind() == StoreException.Kind.REPLACED) {
            counts.objectsReplaced.increment();
            say(object, version).log("object replaced meanwhile, left to its own notification");
            output.fact(fact.setReplaced(Replaced.getDefaultInstance()).build());
            return;
        }
        if (verdict.kind() == StoreException.Kind.GONE) {
            counts.objectsGone.increment();
            say(object, version).log(policy.keepRemoved() ? "object gone, its rows stay" : "object gone");
            output.fact(fact.setGone(Gone.newBuilder().setKept(policy.keepRemoved()))
                    .build());
            return;
        }
        final RejectedObjectException rejection = verdict.rejection();
        counts.objectsRejected.increment();
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

    /** Passes an object's chunks on until the time for them is over, and knows whether there were any. */
    private final class BoundedSink implements ChunkSink {
        private final Output output;
        private final long deadline;
        private int chunks;

        BoundedSink(Output output, long deadline) {
            this.output = output;
            this.deadline = deadline;
        }

        @Override
        public void accept(ChunkKey key, byte[] value) throws IOException {
            proceed();
            chunks++;
            output.chunk(key, value);
        }

        @Override
        public void proceed() throws IOException {
            if (time.nanoseconds() - deadline > 0) {
                throw new SlowObjectException("the time for the object is over");
            }
        }
    }

    private InputFile open(ObjectStore.Stored stored) {
        return new RangedInputFile(
                stored.size(), readAheadBytes, (offset, length) -> store.read(stored, offset, length));
    }
}

package org.usagestreams.splitter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.utils.Time;
import org.apache.parquet.io.InputFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Received;
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
    private final ObjectConclusions conclusions;

    /** Takes the records of the notification at hand; what it takes is committed wholly, or not at all. */
    interface Output {
        void chunk(ChunkKey key, byte[] value);

        void fact(ObjectFact fact);

        void deadLetter(DeadLetter deadLetter);

        /** Removes the dead letter of that key. */
        void settled(String deadLetter);
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
        conclusions = new ObjectConclusions(counts, clock, policy.keepRemoved(), asides);
    }

    /** Says that a notification was read whose objects take a while, or have to wait for the store. */
    void announce(Notification notification, Output output) {
        try {
            for (final BucketEvent event : NotificationParser.parse(notification.value())) {
                final Optional<ReportKey> report = ReportKey.of(event.key());
                if (event.kind() == BucketEvent.Kind.CREATED
                        && policy.events()
                                .problem(event, notification.ours(), clock.instant())
                                .isEmpty()
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
            conclusions.refuse(notification, null, "not an S3 event record: " + e.getMessage(), output);
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
        final Optional<String> problem = policy.events().problem(event, notification.ours(), clock.instant());
        if (problem.isPresent()) {
            conclusions.refuse(notification, "event " + index, problem.get(), output);
            return;
        }
        if (event.mark() != null) {
            counts.eventsMarked.increment();
        }
        final ObjectEvent object =
                new ObjectEvent(event, notification, ReportKey.of(event.key()).orElse(null));
        if (object.report() == null
                || (event.kind() == BucketEvent.Kind.CREATED && !policy.filter().takes(event.key()))) {
            conclusions.ignore(object, output);
            return;
        }
        final Verdict verdict = verdicts.of(index);
        if (verdict != null) {
            conclusions.conclude(object, verdict, output);
            return;
        }
        try {
            final Optional<ObjectStore.Stored> current = store.current(event.bucket(), event.key());
            if (current.isEmpty()) {
                conclusions.conclude(object, Verdict.none(StoreException.Kind.GONE), output);
            } else if (event.kind() != BucketEvent.Kind.CREATED) {
                conclusions.tellCurrent(object, current.get(), output);
            } else if (object.isReplaced(current.get())) {
                if (object.isNewerThan(current.get()) && asides.mayAppear(event, clock.instant())) {
                    Asides.settle(event, output);
                    asides.setAside(object, "it still has the version before", clock.instant(), output);
                    return;
                }
                conclusions.conclude(object, Verdict.none(StoreException.Kind.REPLACED), output);
            } else {
                splitUnlessRejected(object, index, current.get(), verdicts, deadline, output);
            }
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.UNAVAILABLE) {
                throw e;
            }
            conclusions.conclude(object, Verdict.of(e, null), output);
        }
    }

    private void splitUnlessRejected(
            ObjectEvent object, int index, ObjectStore.Stored stored, Verdicts verdicts, long deadline, Output output)
            throws IOException, TakeBackException {
        final Optional<String> rejection = object.problem(stored, policy.owners());
        if (rejection.isPresent()) {
            conclusions.conclude(object, Verdict.refused(new RejectedObjectException(rejection.get()), stored), output);
        } else {
            split(object, index, stored, verdicts, deadline, output);
        }
    }

    private void split(
            ObjectEvent object, int index, ObjectStore.Stored stored, Verdicts verdicts, long deadline, Output output)
            throws IOException, TakeBackException {
        final ObjectVersion version = object.version(stored);
        final long start = time.nanoseconds();
        final BoundedSink sink = new BoundedSink(
                output,
                time,
                Math.min(deadline, start + objectTime.of(stored.size()).toNanos()));
        final SplitResult result;
        try {
            result = splitter.split(open(stored), version, object.report(), admission(object.event()), sink);
        } catch (StoreException e) {
            if (e.kind() == StoreException.Kind.UNAVAILABLE) {
                throw e;
            }
            final Verdict verdict = Verdict.of(e, stored);
            takeBack(index, sink, verdict);
            conclusions.conclude(object, verdict, output);
            return;
        } catch (RejectedObjectException e) {
            final Verdict verdict = Verdict.refused(e, stored);
            takeBack(index, sink, verdict);
            conclusions.conclude(object, verdict, output);
            return;
        } catch (ObjectSplitter.SinkException e) {
            final IOException cause = e.unwrap();
            if (!(cause instanceof SlowObjectException)) {
                throw cause;
            }
            final Verdict verdict = slow(object, index, stored, verdicts, cause);
            takeBack(index, sink, verdict);
            conclusions.conclude(object, verdict, output);
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

    /** Counts a slow attempt; the verdict after the last one. */
    private Verdict slow(ObjectEvent object, int index, ObjectStore.Stored stored, Verdicts verdicts, IOException cause)
            throws TakeBackException {
        final int attempts = verdicts.addSlowAttempt(index);
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
        if (sink.isUsed()) {
            throw new TakeBackException(index, verdict);
        }
    }

    private InputFile open(ObjectStore.Stored stored) {
        return new RangedInputFile(
                stored.size(), readAheadBytes, (offset, length) -> store.read(stored, offset, length));
    }
}

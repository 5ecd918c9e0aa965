package org.usagestreams.splitter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.Received;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.MalformedNotificationException;
import org.usagestreams.wire.notification.NotificationParser;
import org.usagestreams.wire.notification.PayloadKey;
import org.usagestreams.wire.notification.ReportKey;

/**
 * Handles notifications. Records go to an output that can be rolled back: an object counts wholly or not at all. The store's current answer
 * decides; the notification only says where to look, and since when.
 */
final class NotificationHandler {
    private static final Logger LOG = LoggerFactory.getLogger(NotificationHandler.class);

    private final ObjectStore store;
    private final SplitterCounts counts;
    private final Clock clock;
    private final Time time;
    private final SplitPolicy policy;
    private final Lane lane;
    private final Asides asides;
    private final ObjectConclusions conclusions;
    private final SplitAttempts attempts;

    /** Takes the records of the current notification; they are committed together, or not at all. */
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
            SplitPolicy policy,
            Lane lane) {
        this.store = store;
        this.counts = counts;
        this.clock = clock;
        this.time = time;
        this.policy = policy;
        this.lane = lane;
        asides = new Asides(policy.aside(), counts);
        conclusions = new ObjectConclusions(counts, clock, policy.keepRemoved(), asides);
        attempts = new SplitAttempts(
                store, readAheadBytes, splitter, counts, clock, time, objectTime, policy, conclusions);
    }

    /**
     * Says that a notification was read whose objects take a while, or have to wait.
     *
     * @param waits what they wait for; empty if that is the store
     */
    void announce(Notification notification, String waits, Output output) {
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
                            .setReceived(Received.newBuilder().setAside(waits))
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
     * @param results of earlier attempts at this notification; what this attempt finds out is added
     */
    RecordOutcome handle(Notification notification, ReadResults results, Output output) {
        try {
            return handleEvents(notification, results, output);
        } catch (TakeBackException e) {
            results.add(e);
            return RecordOutcome.RESTART;
        } catch (StoreException e) {
            return new RecordOutcome.Unavailable(e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("Only the object store fails with an exception of I/O", e);
        }
    }

    private RecordOutcome handleEvents(Notification notification, ReadResults results, Output output)
            throws IOException, TakeBackException {
        final List<BucketEvent> events;
        try {
            events = NotificationParser.parse(notification.value());
        } catch (MalformedNotificationException e) {
            conclusions.refuse(notification, null, "not an S3 event record: " + e.getMessage(), output);
            return RecordOutcome.COMPLETE;
        }
        // All objects of a notification share a transaction.
        final LaneBudget budget = lane.begin(time);
        for (int i = 0; i < events.size(); i++) {
            try {
                handle(events.get(i), i, notification, results, budget, output);
            } catch (HandOnException e) {
                return new RecordOutcome.HandOn(events.get(i).key(), e.cause.label(), e.getMessage());
            }
        }
        counts.events.add(events.size());
        return RecordOutcome.COMPLETE;
    }

    private void handle(
            BucketEvent event,
            int index,
            Notification notification,
            ReadResults results,
            LaneBudget budget,
            Output output)
            throws IOException, TakeBackException, HandOnException {
        if (event.kind() == BucketEvent.Kind.OTHER || PayloadKey.of(event.key()).isPresent()) {
            // Payloads are the intake's.
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
        final ReadResult result = results.of(index);
        if (result != null) {
            conclusions.conclude(object, result, output);
            return;
        }
        budget.admit(object.report());
        try {
            final Optional<ObjectStore.Stored> current = store.current(event.bucket(), event.key());
            if (current.isEmpty()) {
                conclusions.conclude(object, ReadResult.none(StoreException.Kind.GONE), output);
            } else if (event.kind() != BucketEvent.Kind.CREATED) {
                conclusions.tellCurrent(object, current.get(), output);
            } else if (object.isReplaced(current.get())) {
                if (object.isNewerThan(current.get()) && asides.mayAppear(event, clock.instant())) {
                    Asides.settle(event, output);
                    asides.setAside(object, "it still has the version before", clock.instant(), output);
                    return;
                }
                conclusions.conclude(object, ReadResult.none(StoreException.Kind.REPLACED), output);
            } else {
                attempts.split(object, index, current.get(), results, budget, output);
            }
        } catch (StoreException e) {
            budget.handOnLate(e);
            if (e.kind() == StoreException.Kind.UNAVAILABLE) {
                throw e;
            }
            conclusions.conclude(object, ReadResult.of(e, null), output);
        }
    }
}

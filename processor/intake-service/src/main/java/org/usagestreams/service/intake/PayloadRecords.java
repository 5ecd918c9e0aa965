package org.usagestreams.service.intake;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.usagestreams.consumer.RecordOutcome;
import org.usagestreams.consumer.TransactionalLoop;
import org.usagestreams.splitter.EventPolicy;
import org.usagestreams.topics.RecordPlace;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.Received;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.MalformedNotificationException;
import org.usagestreams.wire.notification.NotificationParser;
import org.usagestreams.wire.notification.PayloadKey;

/**
 * The first lane: notifications of payloads, among all that the bucket sends. The splitter handles the others, and says what is
 * malformed. Belongs to one thread.
 */
final class PayloadRecords implements TransactionalLoop.RecordHandler {
    private final PayloadHandler handler;
    private final PayloadReceiver receiver;
    private final EventPolicy policy;
    private final TopicCatalog topics;
    private final WorkTime time;
    private final Clock clock;

    /** A payload's event, and its number in the notification. */
    private record Numbered(int number, PayloadEvent payload) {}

    PayloadRecords(
            PayloadHandler handler,
            PayloadReceiver receiver,
            EventPolicy policy,
            TopicCatalog topics,
            WorkTime time,
            Clock clock) {
        this.handler = handler;
        this.receiver = receiver;
        this.policy = policy;
        this.topics = topics;
        this.time = time;
        this.clock = clock;
    }

    @Override
    public RecordOutcome handle(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        time.begin();
        final IntakeOutput out = new IntakeOutput(output, topics);
        try {
            for (final Numbered each : payloads(record)) {
                final PayloadEvent payload = each.payload();
                final Optional<String> problem = policy.problem(payload.event(), isOurs(record), clock.instant());
                if (problem.isPresent()) {
                    out.deadLetter(new DeadLetter(
                            DeadLetter.Step.NOTIFICATION,
                            problem.get(),
                            null,
                            payload.event().key(),
                            payload.place(),
                            DeadLetter.payloadOf(record.value()),
                            DeadLetter.time(clock.millis())));
                } else {
                    handler.handle(
                            payload,
                            stored -> receiver.receive(payload, record.value(), each.number(), stored, out),
                            out);
                }
            }
            return RecordOutcome.COMPLETE;
        } catch (IOException e) {
            return new RecordOutcome.Unavailable(e.toString());
        }
    }

    @Override
    public void announce(ConsumerRecord<byte[], byte[]> record, TransactionalLoop.Output output) {
        final IntakeOutput out = new IntakeOutput(output, topics);
        for (final Numbered each : payloads(record)) {
            final PayloadEvent payload = each.payload();
            if (payload.event().kind() == BucketEvent.Kind.CREATED
                    && !payload.event().etag().isEmpty()
                    && policy.problem(payload.event(), isOurs(record), clock.instant())
                            .isEmpty()) {
                out.fact(payload.fact(payload.version(null), clock.millis())
                        .setReceived(Received.getDefaultInstance())
                        .build());
            }
        }
    }

    private boolean isOurs(ConsumerRecord<byte[], byte[]> record) {
        return record.topic().equals(topics.name(TopicRole.MARKED_NOTIFICATIONS));
    }

    private static List<Numbered> payloads(ConsumerRecord<byte[], byte[]> record) {
        final List<BucketEvent> events;
        try {
            events = NotificationParser.parse(record.value());
        } catch (MalformedNotificationException e) {
            return List.of();
        }
        final String place = RecordPlace.of(record);
        final List<Numbered> payloads = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            final BucketEvent event = events.get(i);
            if (event.kind() != BucketEvent.Kind.OTHER) {
                final int number = i;
                PayloadKey.of(event.key())
                        .ifPresent(key -> payloads.add(new Numbered(
                                number, new PayloadEvent(event, key.organisation(), record.timestamp(), place))));
            }
        }
        return payloads;
    }
}

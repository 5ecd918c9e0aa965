package org.usagestreams.operations.deadletter;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventMark;
import org.usagestreams.wire.notification.EventRecord;

/** Makes the record that retries a dead letter: a notification, or the completion event again. */
final class DeadLetterRetry {
    private final String notifications;
    private final String marked;
    private final String completions;
    private final Function<DeadLetter, Optional<byte[]>> input;

    /**
     * Tries again on these topics.
     *
     * @param notifications the topic of the bucket's notifications
     * @param marked that of notifications of our own
     * @param completions the topic of completion events: all webhooks get an event again, and know its id
     * @param input the whole input of a dead letter; empty where it is no longer there
     */
    DeadLetterRetry(
            String notifications, String marked, String completions, Function<DeadLetter, Optional<byte[]>> input) {
        this.notifications = notifications;
        this.marked = marked;
        this.completions = completions;
        this.input = input;
    }

    /** The record that tries it again; empty where none can. */
    Optional<ProducerRecord<byte[], byte[]>> record(DeadLetter deadLetter) {
        if (deadLetter.retry() != null) {
            return Optional.of(new ProducerRecord<>(
                    marked,
                    deadLetter.retry().key().getBytes(StandardCharsets.UTF_8),
                    deadLetter.retry().event().getBytes(StandardCharsets.UTF_8)));
        }
        if (deadLetter.version() != null) {
            final BucketEvent event = event(deadLetter.version());
            return Optional.of(new ProducerRecord<>(marked, EventRecord.key(event), EventRecord.value(event)));
        }
        if (deadLetter.step() == DeadLetter.Step.DELIVER) {
            return Optional.of(new ProducerRecord<>(
                    completions,
                    deadLetter.record().getBytes(StandardCharsets.UTF_8),
                    Base64.getDecoder().decode(deadLetter.payload())));
        }
        return deadLetter.step() == DeadLetter.Step.NOTIFICATION
                ? input.apply(deadLetter)
                        .map(value -> new ProducerRecord<>(topicOf(deadLetter), deadLetter.key(), value))
                : Optional.empty();
    }

    /** Where its input stood: no notification of the bucket's gets to where marks are believed. */
    private String topicOf(DeadLetter deadLetter) {
        return deadLetter.record() != null && deadLetter.record().startsWith(marked + "-") ? marked : notifications;
    }

    private static BucketEvent event(DeadLetter.ObjectOf version) {
        return new BucketEvent(
                BucketEvent.Kind.CREATED,
                version.bucket(),
                version.key(),
                version.etag(),
                version.versionId(),
                "",
                // Newer than what failed, and older than anything that is uploaded since.
                Instant.ofEpochMilli(version.eventMillis() + 1),
                new EventMark(EventMark.Origin.RETRY, Instant.ofEpochMilli(version.uploadedMillis()), Set.of()));
    }

    /** Why a dead letter cannot be tried again, and what to do. */
    static String obstacle(DeadLetter deadLetter) {
        return switch (deadLetter.step()) {
            case PUBLISH -> "The row is published when it becomes valid. Upload a corrected object.";
            case ANNOUNCEMENT -> "Have the operator send the payload again, or upload it by scripts/payload.";
            case LOAD -> "The sink retries the day itself. Correct the cause in PostgreSQL.";
            default -> "Its input is no longer on the topic. Upload the object again.";
        };
    }
}

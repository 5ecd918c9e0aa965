package org.usagestreams.completions;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.wire.completion.DayCompletion;
import org.usagestreams.wire.deadletter.DeadLetter;

/**
 * Delivers the events of the topic to one webhook, in their order: the next one is sent when the webhook has taken the one before,
 * or that was set aside. The position is that of the webhook's consumer group. An event whose delivery is not committed is sent
 * again. {@link #step} is called by one thread.
 */
final class WebhookDelivery implements AutoCloseable, ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookDelivery.class);

    /** How long a poll waits for events; while an event waits for its next try, polls only keep the membership. */
    private static final Duration IDLE = Duration.ofMillis(500);

    private static final long WAITING_MILLIS = 200;
    private static final Duration CLOSE = Duration.ofSeconds(2);

    private final Webhook webhook;
    private final WebhookClient client;
    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Topics topics;
    private final ExponentialBackoff backoff;
    private final Duration retry;
    private final Time time;
    private final Deque<ConsumerRecord<byte[], byte[]>> queue = new ArrayDeque<>();
    private final LongAdder taken = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder setAside = new LongAdder();
    private int attempts;
    private long nextAttempt;
    /** When the webhook failed for the first time since it took an event; -1 where it has not. */
    private long failingSince = -1;

    /** Names of topics. */
    record Topics(String completions, String deadLetters) {}

    /**
     * A delivery.
     *
     * @param consumer of the webhook's group; closed with this
     * @param producer of dead letters; stays the caller's
     * @param retry how long a webhook may take nothing before its events are set aside
     */
    WebhookDelivery(
            Webhook webhook,
            WebhookClient client,
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            Topics topics,
            ExponentialBackoff backoff,
            Duration retry,
            Time time) {
        this.webhook = webhook;
        this.client = client;
        this.consumer = consumer;
        this.producer = producer;
        this.topics = topics;
        this.backoff = backoff;
        this.retry = retry;
        this.time = time;
        consumer.subscribe(List.of(topics.completions()), this);
    }

    /** Reads events, or sends the next one where it is time to. */
    void step() throws InterruptedException {
        consumer.poll(pollFor(time.milliseconds())).forEach(queue::add);
        if (!queue.isEmpty()) {
            consumer.pause(consumer.assignment());
        }
        final ConsumerRecord<byte[], byte[]> head = queue.peek();
        if (head != null && time.milliseconds() >= nextAttempt) {
            attempt(head);
        }
    }

    private Duration pollFor(long now) {
        return queue.isEmpty() ? IDLE : Duration.ofMillis(Math.max(0, Math.min(WAITING_MILLIS, nextAttempt - now)));
    }

    private void attempt(ConsumerRecord<byte[], byte[]> head) throws InterruptedException {
        final DayCompletion event;
        try {
            event = DayCompletion.parse(new String(head.value(), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            LOG.warn("Ignored a record of topic {}: {}", head.topic(), e.getMessage());
            done(head);
            return;
        }
        final WebhookClient.Answer answer =
                client.post(webhook, event.eventId(), head.value(), Instant.ofEpochMilli(time.milliseconds()));
        switch (answer.outcome()) {
            case TAKEN -> {
                taken.increment();
                if (failingSince >= 0) {
                    LOG.info("webhook {} accepts events again", webhook.shown());
                }
                failingSince = -1;
                done(head);
            }
            case REFUSED -> giveUp(head, event, answer.detail());
            case FAILED -> fail(head, event, answer.detail());
        }
    }

    private void fail(ConsumerRecord<byte[], byte[]> head, DayCompletion event, String detail) {
        failed.increment();
        if (failingSince < 0) {
            failingSince = time.milliseconds();
            LOG.warn("Cannot deliver an event to webhook {}: {}. It is tried again.", webhook.shown(), detail);
        }
        if (time.milliseconds() - failingSince >= retry.toMillis()) {
            giveUp(head, event, detail);
        } else {
            nextAttempt = time.milliseconds() + backoff.backoff(attempts);
            attempts++;
        }
    }

    private void giveUp(ConsumerRecord<byte[], byte[]> head, DayCompletion event, String detail) {
        final DeadLetter letter = new DeadLetter(
                DeadLetter.Step.DELIVER,
                "Cannot deliver revision " + event.revision() + " to the webhook: " + detail
                        + ". Correct the receiver, and try again by scripts/deadletters retry.",
                null,
                webhook.shown(),
                event.day(),
                DeadLetter.payloadOf(head.value()),
                DeadLetter.time(time.milliseconds()));
        try {
            producer.send(new ProducerRecord<>(topics.deadLetters(), letter.key(), letter.toJson()))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot write a dead letter to topic " + topics.deadLetters(), e.getCause());
        } catch (InterruptedException e) {
            throw new org.apache.kafka.common.errors.InterruptException(e);
        }
        setAside.increment();
        LOG.warn("set aside: {} {}: {}", letter.subject(), letter.place(), letter.reason());
        done(head);
    }

    private void done(ConsumerRecord<byte[], byte[]> head) {
        consumer.commitSync(
                Map.of(new TopicPartition(head.topic(), head.partition()), new OffsetAndMetadata(head.offset() + 1)));
        queue.poll();
        attempts = 0;
        nextAttempt = 0;
        if (queue.isEmpty()) {
            consumer.resume(consumer.paused());
        }
    }

    /** What was read and not committed is another's now. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        queue.removeIf(record -> partitions.contains(new TopicPartition(record.topic(), record.partition())));
        attempts = 0;
        nextAttempt = 0;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        // Their positions are those of the group.
    }

    Webhook webhook() {
        return webhook;
    }

    /** Events that were taken since the start. */
    long taken() {
        return taken.sum();
    }

    /** Requests that failed and were, or will be, tried again. */
    long failed() {
        return failed.sum();
    }

    /** Events that became dead letters. */
    long setAside() {
        return setAside.sum();
    }

    @Override
    public void close() {
        consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE));
    }
}

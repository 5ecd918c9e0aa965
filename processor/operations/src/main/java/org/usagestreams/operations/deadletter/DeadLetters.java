package org.usagestreams.operations.deadletter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;

/** Lists, retries and discards open dead letters. Not thread-safe. */
public final class DeadLetters implements AutoCloseable {
    /** Most dead letters that are worked on at once, the latest. A dead letter takes up to some 20 KB of memory. */
    private static final int AT_ONCE = 10_000;

    /** Most dead letters that are discarded at once, the latest: only their keys are kept. */
    private static final int DISCARDED_AT_ONCE = 100_000;

    private final Settings settings;
    private final KafkaClients clients;
    private final DeadLetterTopic topic;

    /** Those of a system. */
    public DeadLetters(Settings settings, KafkaClients clients) {
        this.settings = settings;
        this.clients = clients;
        topic = new DeadLetterTopic(
                clients, settings.kafkaClient(), settings.topics().name(TopicRole.DEAD_LETTERS));
    }

    /**
     * The result of a retry.
     *
     * @param id its key
     * @param obstacle why it cannot be retried, and what to do; null if a notification was sent
     */
    public record Attempt(String id, String obstacle) {}

    /**
     * Those that are meant, by key, the oldest first.
     *
     * @param limit most of them, the latest
     * @throws IOException where one that is named is not there
     */
    public Map<String, DeadLetter> list(DeadLetterSelection selection, int limit) throws IOException {
        final Map<String, DeadLetter> open = topic.open(selection::matches, limit);
        selection.keep(open.keySet());
        return open;
    }

    /** As {@link #list(DeadLetterSelection, int)}, as many as are worked on at once. */
    public Map<String, DeadLetter> list(DeadLetterSelection selection) throws IOException {
        return list(selection, AT_ONCE);
    }

    /**
     * Retries dead letters: sends a notification for each, or its completion event again.
     *
     * @param attempts hears of each
     * @return how many were left
     * @throws IOException where one that is named is not there
     * @throws ExecutionException where Kafka does not take a record
     */
    public int retry(DeadLetterSelection selection, Consumer<Attempt> attempts)
            throws IOException, InterruptedException, ExecutionException {
        final DeadLetterRetry retry = new DeadLetterRetry(
                settings.topics().name(TopicRole.NOTIFICATIONS),
                settings.topics().name(TopicRole.MARKED_NOTIFICATIONS),
                settings.topics().name(TopicRole.COMPLETIONS),
                topic::input);
        int left = 0;
        try (Producer<byte[], byte[]> producer = Reconciliation.producer(settings, clients)) {
            for (final Map.Entry<String, DeadLetter> deadLetter :
                    list(selection).entrySet()) {
                final Optional<ProducerRecord<byte[], byte[]>> again = retry.record(deadLetter.getValue());
                if (again.isPresent()) {
                    producer.send(again.get()).get();
                    // The attempt removes the dead letter of an object that was set aside, or writes it anew.
                    if (deadLetter.getValue().retry() == null) {
                        producer.send(tombstone(deadLetter.getKey())).get();
                    }
                    attempts.accept(new Attempt(deadLetter.getKey(), null));
                } else {
                    left++;
                    attempts.accept(new Attempt(deadLetter.getKey(), DeadLetterRetry.obstacle(deadLetter.getValue())));
                }
            }
        }
        return left;
    }

    /**
     * Removes dead letters without a retry.
     *
     * @param discarded hears the key of each
     * @throws IOException where one that is named is not there
     * @throws ExecutionException where Kafka does not take a record
     */
    public void discard(DeadLetterSelection selection, Consumer<String> discarded)
            throws IOException, InterruptedException, ExecutionException {
        try (Producer<byte[], byte[]> producer = Reconciliation.producer(settings, clients)) {
            final Set<String> ids = topic.ids(selection::matches, DISCARDED_AT_ONCE);
            selection.keep(ids);
            final Map<String, Future<RecordMetadata>> sent = new LinkedHashMap<>();
            for (final String id : ids) {
                sent.put(id, producer.send(tombstone(id)));
            }
            producer.flush();
            for (final Map.Entry<String, Future<RecordMetadata>> deadLetter : sent.entrySet()) {
                deadLetter.getValue().get();
                discarded.accept(deadLetter.getKey());
            }
        }
    }

    private ProducerRecord<byte[], byte[]> tombstone(String id) {
        return new ProducerRecord<>(
                settings.topics().name(TopicRole.DEAD_LETTERS), id.getBytes(StandardCharsets.UTF_8), null);
    }

    @Override
    public void close() {
        topic.close();
    }
}

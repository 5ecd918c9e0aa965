package org.usagestreams.operations.deadletter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.message.DeadLetterDiscarded;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;

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

    /** As {@link #list(DeadLetterSelection, int)}, with the maximum number of dead letters. */
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
        final DeadLetterRetry retry = retries();
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

    /** Why a dead letter cannot be retried, and what to do; null where it can. */
    public String obstacle(DeadLetter deadLetter) {
        return retries().record(deadLetter).isPresent() ? null : DeadLetterRetry.obstacle(deadLetter);
    }

    private DeadLetterRetry retries() {
        return new DeadLetterRetry(
                settings.topics().name(TopicRole.NOTIFICATIONS),
                settings.topics().name(TopicRole.MARKED_NOTIFICATIONS),
                settings.topics().name(TopicRole.COMPLETIONS),
                topic::input);
    }

    /**
     * Removes dead letters without a retry. The ledger's entries that cite them stay FAILED, and cite none.
     *
     * @param discarded hears the key of each
     * @throws IOException where one that is named is not there
     * @throws ExecutionException where Kafka does not take a record
     */
    public void discard(DeadLetterSelection selection, Consumer<String> discarded)
            throws IOException, InterruptedException, ExecutionException {
        try (Producer<byte[], byte[]> producer = Reconciliation.producer(settings, clients)) {
            final Map<String, Optional<DeadLetter.ObjectOf>> objects =
                    topic.objects(selection::matches, DISCARDED_AT_ONCE);
            selection.keep(objects.keySet());
            final List<Future<RecordMetadata>> told = new ArrayList<>();
            final Map<String, Future<RecordMetadata>> sent = new LinkedHashMap<>();
            objects.forEach((id, object) -> {
                // The ledger cites the dead letter until it reads that it was discarded.
                object.ifPresent(of -> told.add(producer.send(discarded(id, of))));
                sent.put(id, producer.send(tombstone(id)));
            });
            producer.flush();
            for (final Future<RecordMetadata> fact : told) {
                fact.get();
            }
            for (final Map.Entry<String, Future<RecordMetadata>> deadLetter : sent.entrySet()) {
                deadLetter.getValue().get();
                discarded.accept(deadLetter.getKey());
            }
        }
    }

    private ProducerRecord<byte[], byte[]> discarded(String id, DeadLetter.ObjectOf object) {
        final ObjectFact fact = ObjectFact.newBuilder()
                .setVersion(
                        ObjectVersion.newBuilder().setBucket(object.bucket()).setKey(object.key()))
                .setFoundMillis(Time.SYSTEM.milliseconds())
                .setDeadLetterDiscarded(DeadLetterDiscarded.newBuilder().setDeadLetter(id))
                .build();
        return new ProducerRecord<>(
                settings.topics().name(TopicRole.OBJECTS),
                object.name().getBytes(StandardCharsets.UTF_8),
                fact.toByteArray());
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

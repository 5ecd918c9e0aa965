package org.usagestreams.splitter;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.deadletter.DeadLetter;

/**
 * Sends events that were set aside to the topic of marked notifications when their time has come. It follows the dead letter
 * topic, so it survives restarts and needs no state of its own. One splitter does it at a time; where two do for a moment, or one dies after
 * it has sent, an event is sent twice, which splits the same version into the same chunks twice.
 *
 * <p>Bounded: it holds {@link AsidePolicy#open} dead letters; where there are more, it reads the topic again when the first are done.
 * {@link #step} belongs to one thread.
 */
final class AsideRetries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AsideRetries.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final KafkaClients clients;
    private final Map<String, Object> kafka;
    private final String deadLetters;
    private final String notifications;
    private final BooleanSupplier turn;
    private final AsidePolicy policy;
    private final Clock clock;
    private final Map<String, Waiting> waiting = new HashMap<>();
    private Consumer<byte[], byte[]> consumer;
    private Producer<byte[], byte[]> producer;
    private Map<TopicPartition, Long> ends = Map.of();
    private boolean more;

    /** An event that waits. */
    private record Waiting(Instant due, byte[] key, byte[] event) {}

    /**
     * Begins when it is its turn.
     *
     * @param kafka properties of Kafka's clients
     * @param deadLetters name of the dead letter topic
     * @param notifications name of the topic of marked notifications
     * @param turn whether this is the splitter that does it
     */
    AsideRetries(
            KafkaClients clients,
            Map<String, Object> kafka,
            String deadLetters,
            String notifications,
            BooleanSupplier turn,
            AsidePolicy policy,
            Clock clock) {
        this.clients = clients;
        this.kafka = kafka;
        this.deadLetters = deadLetters;
        this.notifications = notifications;
        this.turn = turn;
        this.policy = policy;
        this.clock = clock;
    }

    /**
     * Reads what is new on the dead letter topic, and sends what is due.
     *
     * @return false where it is not its turn: then the caller pauses
     */
    boolean step() {
        if (!turn.getAsBoolean()) {
            close();
            return false;
        }
        try {
            if (consumer == null) {
                open();
            }
            consumer.poll(POLL).forEach(this::read);
            if (isCaughtUp()) {
                send();
                if (more && waiting.size() <= policy.open() / 2) {
                    readAnew();
                }
            }
        } catch (InterruptException e) {
            // It is to stop; the caller closes.
            throw e;
        } catch (KafkaException e) {
            LOG.warn("Cannot try objects again that were set aside; it begins anew: {}", e.toString());
            close();
            return false;
        }
        return true;
    }

    private void open() {
        final Map<String, Object> config = new HashMap<>(kafka);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        consumer = clients.consumer(config);
        final Map<String, Object> idempotent = new HashMap<>(kafka);
        idempotent.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer = clients.producer(idempotent);
        final List<TopicPartition> partitions = consumer.partitionsFor(deadLetters).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        readAnew();
    }

    private void readAnew() {
        waiting.clear();
        more = false;
        consumer.seekToBeginning(consumer.assignment());
        ends = consumer.endOffsets(consumer.assignment());
    }

    /** Until the end of the topic is reached, a dead letter that was read may have been settled since. */
    private boolean isCaughtUp() {
        if (!ends.isEmpty()
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
            ends = Map.of();
        }
        return ends.isEmpty();
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        final String id = new String(record.key(), StandardCharsets.UTF_8);
        waiting.remove(id);
        if (record.value() == null) {
            return;
        }
        final DeadLetter.Retry retry;
        final Instant due;
        try {
            retry = DeadLetter.parse(record.value()).retry();
            if (retry == null) {
                return;
            }
            due = Instant.parse(retry.notBefore());
        } catch (IllegalArgumentException | DateTimeException e) {
            LOG.warn(
                    "{}-{}@{} is not a dead letter and is left out: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
            return;
        }
        waiting.put(
                id,
                new Waiting(
                        due,
                        retry.key().getBytes(StandardCharsets.UTF_8),
                        retry.event().getBytes(StandardCharsets.UTF_8)));
        if (waiting.size() > policy.open()) {
            more = true;
            waiting.entrySet().stream()
                    .max(Comparator.comparing(entry -> entry.getValue().due()))
                    .map(Map.Entry::getKey)
                    .ifPresent(waiting::remove);
        }
    }

    private void send() {
        final Instant now = clock.instant();
        // The attempt writes the dead letter anew or removes it. Where it does not, the event got lost.
        final Instant again = now.plus(policy.longest());
        for (final Map.Entry<String, Waiting> entry : waiting.entrySet()) {
            final Waiting event = entry.getValue();
            if (!event.due().isAfter(now)) {
                try {
                    producer.send(new ProducerRecord<>(notifications, event.key(), event.event()))
                            .get();
                } catch (ExecutionException e) {
                    throw new KafkaException("Cannot send to " + notifications, e.getCause());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new KafkaException("interrupted", e);
                }
                entry.setValue(new Waiting(again, event.key(), event.event()));
            }
        }
    }

    @Override
    public void close() {
        try {
            if (consumer != null) {
                consumer.close();
            }
        } finally {
            consumer = null;
            if (producer != null) {
                producer.close(Duration.ZERO);
                producer = null;
            }
            waiting.clear();
        }
    }
}

package org.usagestreams.consumer;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.CommittedReader;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.deadletter.DeadLetter;

/**
 * Follows the dead letters that a service tries again by itself, and sends their events to the topic of marked notifications. It reads the
 * dead letter topic from its beginning, so it survives restarts and needs no state of its own. Its owner decides what is sent, and when.
 * The clients are opened by the first {@link #read}, and by the first one after {@link #close}. Not thread-safe.
 */
public final class DeadLetterFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterFollower.class);

    private final KafkaClients clients;
    private final Map<String, Object> kafka;
    private final String deadLetters;
    private final String notifications;
    private final Retries retries;
    private Consumer<byte[], byte[]> consumer;
    private Producer<byte[], byte[]> producer;
    private Map<TopicPartition, Long> ends = Map.of();

    /** The dead letters that are open and can be tried again. */
    public interface Retries {
        /** Forgets all of them: the topic is read from its beginning. */
        void clear();

        /**
         * A dead letter is open.
         *
         * @throws DateTimeException if one of its times cannot be read; the dead letter is left out then
         */
        void put(String id, DeadLetter.Retry retry);

        /** A dead letter is settled, or is written anew. Does nothing if it is not known. */
        void remove(String id);
    }

    /**
     * Follows nothing yet.
     *
     * @param kafka properties of Kafka's clients
     * @param deadLetters name of the dead letter topic
     * @param notifications name of the topic of marked notifications
     * @param retries kept equal to what the topic says
     */
    public DeadLetterFollower(
            KafkaClients clients,
            Map<String, Object> kafka,
            String deadLetters,
            String notifications,
            Retries retries) {
        this.clients = clients;
        this.kafka = kafka;
        this.deadLetters = deadLetters;
        this.notifications = notifications;
        this.retries = retries;
    }

    /**
     * Reads what is new.
     *
     * @param poll how long to wait for it
     * @return false until the end is reached that the topic had when reading began: a dead letter may have been settled since
     * @throws KafkaException if the clients cannot be used any more
     */
    public boolean read(Duration poll) {
        if (consumer == null) {
            open();
        }
        consumer.poll(poll).forEach(this::read);
        if (!ends.isEmpty()
                && ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
            ends = Map.of();
        }
        return ends.isEmpty();
    }

    private void open() {
        consumer = CommittedReader.open(clients, kafka);
        final Map<String, Object> idempotent = new HashMap<>(kafka);
        idempotent.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        producer = clients.producer(idempotent);
        final List<TopicPartition> partitions = consumer.partitionsFor(deadLetters).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        readAnew();
    }

    /** Reads the topic from its beginning with the next {@link #read}. Only while it is open. */
    public void readAnew() {
        retries.clear();
        consumer.seekToBeginning(consumer.assignment());
        ends = consumer.endOffsets(consumer.assignment());
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        final String id = new String(record.key(), StandardCharsets.UTF_8);
        retries.remove(id);
        if (record.value() == null) {
            return;
        }
        try {
            final DeadLetter.Retry retry = DeadLetter.parse(record.value()).retry();
            if (retry != null) {
                retries.put(id, retry);
            }
        } catch (IllegalArgumentException | DateTimeException e) {
            LOG.warn(
                    "Ignored the record at {}-{}@{}, because it is not a dead letter: {}",
                    record.topic(),
                    record.partition(),
                    record.offset(),
                    e.getMessage());
        }
    }

    /**
     * Sends the event of a dead letter, and waits until the broker has it. Only while it is open.
     *
     * @throws KafkaException if the broker did not take it
     */
    public void send(DeadLetter.Retry retry) {
        try {
            producer.send(new ProducerRecord<>(
                            notifications,
                            retry.key().getBytes(StandardCharsets.UTF_8),
                            retry.event().getBytes(StandardCharsets.UTF_8)))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot send to " + notifications, e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Closes the clients, and forgets what they read. */
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
            retries.clear();
        }
    }
}

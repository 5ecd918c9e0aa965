package org.usagestreams.consumer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.RecordPlace;

/**
 * Consumes records, and commits what a handler makes of them together with their offsets: each record takes effect exactly
 * once. It polls, pauses, seeks, and runs the transactions; it knows nothing of what the records mean.
 *
 * <p>A transaction holds the output of whole records only, and is open only while that is sent. At the end of
 * each {@link #step}, no transaction is open, and the position of every partition that the poll returned records of is the
 * first offset that is not committed. So no record can be skipped, whatever happened in between.
 *
 * <p>Every exception of Kafka's clients ends the loop: whoever runs it closes the clients, and begins anew with new ones.
 * Not thread-safe.
 */
public final class TransactionalLoop {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionalLoop.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration WAITING_POLL = Duration.ofMillis(50);

    private final Consumer<byte[], byte[]> consumer;
    private final OutputTransaction transaction;
    private final RecordHandler handler;
    private final Bounds bounds;
    private final Time time;
    private final BooleanSupplier running;
    private final Set<TopicPartition> held;
    private final DelayedPartitions delayed;

    /** The first offset that is not committed, of each partition that the last poll returned records of. */
    private final Map<TopicPartition, Long> uncommitted = new HashMap<>();

    private ConsumerRecord<byte[], byte[]> current;
    private long polledAt;
    private String announced = "";
    private int outages;
    private boolean waiting;
    private long waitUntil;
    private boolean assigned;

    /** Handles a record. */
    public interface RecordHandler {
        /**
         * Handles a record once.
         *
         * @param output takes what the record leads to; it must not be used after the call
         * @throws KafkaException what the output throws
         */
        RecordOutcome handle(ConsumerRecord<byte[], byte[]> record, Output output);

        /**
         * Tells that a record has been read, but takes a while. Committed ahead of what {@link #handle} leads to, and repeated
         * where the loop begins anew.
         */
        void announce(ConsumerRecord<byte[], byte[]> record, Output output);

        /**
         * Hands a record on, as {@link #handle} has decided.
         *
         * @param output takes the record for others, and what is told of it
         */
        default void handOn(ConsumerRecord<byte[], byte[]> record, RecordOutcome.HandOn outcome, Output output) {
            throw new IllegalStateException("Cannot hand on " + outcome.object() + ": there is no second lane");
        }
    }

    /** Takes records to produce. */
    @FunctionalInterface
    public interface Output {
        /** Takes one. */
        void send(ProducerRecord<byte[], byte[]> record);
    }

    /**
     * Limits of the loop.
     *
     * @param order in which the records of a poll are handled
     * @param transaction small outputs share a transaction for at most this long
     * @param batch no further record is begun when the last poll is longer ago than this; the rest is polled again
     * @param bufferBytes output of one record that is held in memory; the rest is held in a file
     * @param directory of the file; null for the JVM's directory for temporary files
     * @param backoff pauses while the handler cannot read what it needs
     */
    public record Bounds(
            PollOrder order,
            Duration transaction,
            Duration batch,
            long bufferBytes,
            Path directory,
            ExponentialBackoff backoff) {}

    /**
     * Uses these clients; the caller closes them.
     *
     * @param running false once the loop is to end after the record at hand
     * @param held kept equal to the partitions that are assigned; thread-safe
     */
    TransactionalLoop(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            RecordHandler handler,
            Bounds bounds,
            Time time,
            BooleanSupplier running,
            Set<TopicPartition> held) {
        this.consumer = consumer;
        transaction = new OutputTransaction(
                producer, consumer::groupMetadata, new HeldRecords(bounds.bufferBytes(), bounds.directory()), time);
        this.handler = handler;
        this.bounds = bounds;
        this.time = time;
        this.running = running;
        this.held = held;
        delayed = new DelayedPartitions(consumer, time);
        polledAt = time.nanoseconds();
    }

    /**
     * Ends what an earlier producer of the same transactional id has left open, and joins the group. In this order: the
     * consumer learns its positions from offsets that such a transaction may be about to commit.
     */
    void begin(Collection<String> topics) {
        transaction.init();
        consumer.subscribe(topics, new Rebalance());
    }

    /**
     * Polls once, and handles what came. Returns with no transaction open.
     *
     * @throws KafkaException if the clients cannot be used any more
     */
    void step() {
        polledAt = time.nanoseconds();
        if (waiting && polledAt - waitUntil >= 0) {
            waiting = false;
            final Set<TopicPartition> paused = new HashSet<>(consumer.paused());
            paused.retainAll(consumer.assignment());
            consumer.resume(paused);
            delayed.pauseAgain();
        }
        delayed.resumeDue(waiting);
        final ConsumerRecords<byte[], byte[]> records = consumer.poll(waiting ? WAITING_POLL : POLL);
        uncommitted.clear();
        for (final TopicPartition partition : records.partitions()) {
            uncommitted.put(partition, records.records(partition).get(0).offset());
        }
        if (!waiting) {
            handle(records);
        }
        rewind(records);
    }

    private void handle(ConsumerRecords<byte[], byte[]> records) {
        for (final ConsumerRecord<byte[], byte[]> record : bounds.order().of(records)) {
            if (delayed.contains(record)) {
                continue;
            }
            if (!handle(record)
                    || !running.getAsBoolean()
                    || elapsed(polledAt) > bounds.batch().toNanos()) {
                break;
            }
        }
        commit();
    }

    /** Handles a record, however often its handler begins again; false if it is to wait. */
    private boolean handle(ConsumerRecord<byte[], byte[]> record) {
        current = record;
        while (true) {
            final RecordOutcome outcome = handler.handle(record, transaction::add);
            if (outcome instanceof RecordOutcome.Complete) {
                complete(record);
                return true;
            }
            transaction.drop();
            if (outcome instanceof RecordOutcome.HandOn handOn) {
                handler.handOn(record, handOn, transaction::add);
                complete(record);
                return true;
            }
            if (outcome instanceof RecordOutcome.NotDue notDue) {
                delayed.add(record, notDue.millis());
                return true;
            }
            if (outcome instanceof RecordOutcome.Unavailable unavailable) {
                announce();
                commit();
                pause(unavailable.reason());
                return false;
            }
            if (!running.getAsBoolean() || elapsed(polledAt) > bounds.batch().toNanos()) {
                return true;
            }
        }
    }

    private void complete(ConsumerRecord<byte[], byte[]> record) {
        transaction.complete(record);
        outages = 0;
        if (transaction.isFull(bounds.transaction())) {
            commit();
        }
        current = null;
    }

    /** Announces the record at hand together with what came before it; once, however often it is tried. */
    private void announce() {
        final String place = RecordPlace.of(current);
        if (!place.equals(announced)) {
            transaction.begin();
            handler.announce(current, transaction::produce);
            announced = place;
        }
    }

    private void commit() {
        uncommitted.putAll(transaction.commit());
    }

    private void pause(String reason) {
        final long millis = bounds.backoff().backoff(outages);
        outages++;
        waiting = true;
        waitUntil = time.nanoseconds() + Duration.ofMillis(millis).toNanos();
        consumer.pause(consumer.assignment());
        LOG.warn("Cannot read any object; next attempt in {} ms: {}", millis, reason);
    }

    /** Goes back to the first record of each partition that is not committed. */
    private void rewind(ConsumerRecords<byte[], byte[]> records) {
        for (final TopicPartition partition : records.partitions()) {
            final List<ConsumerRecord<byte[], byte[]>> polled = records.records(partition);
            final long next = uncommitted.get(partition);
            if (next <= polled.get(polled.size() - 1).offset()) {
                consumer.seek(partition, next);
            }
        }
    }

    /** Lets go of what is held back. No other method is called behind it. */
    void close() {
        transaction.drop();
    }

    private long elapsed(long since) {
        return time.nanoseconds() - since;
    }

    /** Whether it waits for what the handler reads. */
    boolean isWaiting() {
        return waiting || outages > 0;
    }

    /** Whether it has been assigned its share of the partitions, which may be none. */
    boolean isMember() {
        return assigned;
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            LOG.debug("Partitions revoked: {}", partitions);
            held.removeAll(partitions);
            delayed.remove(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.debug("Partitions assigned: {}", partitions);
            held.addAll(partitions);
            assigned = true;
            if (waiting) {
                consumer.pause(partitions);
            }
        }
    }
}

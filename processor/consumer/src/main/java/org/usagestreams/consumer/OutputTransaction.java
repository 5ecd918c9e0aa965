package org.usagestreams.consumer;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of a {@link TransactionalLoop}, one after the other: the output of whole records, and the offsets behind
 * these. The output of the record at hand is held back until it is whole, so that a transaction is open only while it is sent:
 * readers of committed records stop before an open one, whoever else has written behind it.
 *
 * <p>All methods throw what the producer throws, a {@link KafkaException}. Not thread-safe.
 */
final class OutputTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(OutputTransaction.class);

    private final Producer<byte[], byte[]> producer;
    private final Supplier<ConsumerGroupMetadata> member;
    private final HeldRecords held;
    private final Time time;

    /** Offsets to commit with the open transaction. */
    private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();

    private boolean open;
    private long openedAt;

    /**
     * Uses this producer; the caller closes it.
     *
     * @param member the group's member whose offsets are committed
     * @param held holds output of the record at hand; none yet
     */
    OutputTransaction(
            Producer<byte[], byte[]> producer, Supplier<ConsumerGroupMetadata> member, HeldRecords held, Time time) {
        this.producer = producer;
        this.member = member;
        this.held = held;
        this.time = time;
    }

    /** Ends what an earlier producer of the same transactional id has left open. Called once, first. */
    void init() {
        producer.initTransactions();
    }

    /** Opens a transaction if none is open. */
    void begin() {
        if (!open) {
            producer.beginTransaction();
            open = true;
            openedAt = time.nanoseconds();
        }
    }

    /** Takes output of the record at hand. */
    void add(ProducerRecord<byte[], byte[]> record) {
        held.add(record);
    }

    /** Produces a record at once; a failed send fails the commit that follows it, the callback only tells of it. */
    @SuppressWarnings("FutureReturnValueIgnored")
    void produce(ProducerRecord<byte[], byte[]> record) {
        producer.send(record, (metadata, failure) -> {
            if (failure != null) {
                LOG.debug("Cannot send a record to {}: {}", record.topic(), failure.getMessage());
            }
        });
    }

    /** The output of this record is whole: it is produced, and the record's offset is committed with it. */
    void complete(ConsumerRecord<byte[], byte[]> record) {
        begin();
        held.forEach(this::produce);
        held.clear();
        done.put(
                new TopicPartition(record.topic(), record.partition()),
                new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
    }

    /** Whether no other record is to share the open transaction. */
    boolean isFull(Duration longest) {
        return time.nanoseconds() - openedAt >= longest.toNanos();
    }

    /** Drops the output of the record at hand. */
    void drop() {
        held.clear();
    }

    /**
     * Commits the open transaction, if there is one.
     *
     * @return the offsets that were committed
     */
    Map<TopicPartition, Long> commit() {
        final Map<TopicPartition, Long> committed = new HashMap<>();
        if (!open) {
            return committed;
        }
        if (!done.isEmpty()) {
            producer.sendOffsetsToTransaction(done, member.get());
        }
        producer.commitTransaction();
        open = false;
        done.forEach((partition, offset) -> committed.put(partition, offset.offset()));
        done.clear();
        return committed;
    }
}

package org.usagestreams.splitter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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
 * these. The output of the record at hand is held back until it is whole; where it is too large for that, it has a transaction
 * alone.
 *
 * <p>All methods throw what the producer throws, a {@link KafkaException}. Not thread-safe.
 */
final class OutputTransaction {
    private static final Logger LOG = LoggerFactory.getLogger(OutputTransaction.class);

    private final Producer<byte[], byte[]> producer;
    private final Supplier<ConsumerGroupMetadata> member;
    private final long bufferBytes;
    private final Time time;

    /** Offsets to commit with the open transaction. */
    private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    /** Output of the record at hand that has not gone to the producer, so that it can be dropped without an abort. */
    private final List<ProducerRecord<byte[], byte[]>> pending = new ArrayList<>();

    private long pendingBytes;
    private boolean alone;
    private boolean open;
    private long openedAt;

    /**
     * Uses this producer; the caller closes it.
     *
     * @param member the group's member whose offsets are committed
     * @param bufferBytes output of one record that is held back
     */
    OutputTransaction(
            Producer<byte[], byte[]> producer, Supplier<ConsumerGroupMetadata> member, long bufferBytes, Time time) {
        this.producer = producer;
        this.member = member;
        this.bufferBytes = bufferBytes;
        this.time = time;
    }

    /** Ends what an earlier producer of the same transactional id has left open. Called once, first. */
    void init() {
        producer.initTransactions();
    }

    /** Opens a transaction where none is open. */
    void begin() {
        if (!open) {
            producer.beginTransaction();
            open = true;
            openedAt = time.nanoseconds();
        }
    }

    /** Opens a transaction for the record at hand alone: what is held back of it is produced, and so is the rest of it. */
    void beginAlone() {
        begin();
        alone = true;
        flush();
    }

    /**
     * Takes output of the record at hand.
     *
     * @return false where more is held back than may be: {@link #beginAlone} is due, behind a {@link #commit}
     */
    boolean add(ProducerRecord<byte[], byte[]> record) {
        if (alone) {
            produce(record);
            return true;
        }
        pending.add(record);
        pendingBytes += record.key().length + (record.value() == null ? 0 : record.value().length);
        return pendingBytes <= bufferBytes;
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
        flush();
        done.put(
                new TopicPartition(record.topic(), record.partition()),
                new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
    }

    /** Whether no other record is to share the open transaction. */
    boolean isFull(Duration longest) {
        return alone || time.nanoseconds() - openedAt > longest.toNanos();
    }

    /** Drops the output of the record at hand. */
    void drop() {
        pending.clear();
        pendingBytes = 0;
        if (alone) {
            producer.abortTransaction();
            open = false;
            alone = false;
        }
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
        alone = false;
        done.forEach((partition, offset) -> committed.put(partition, offset.offset()));
        done.clear();
        return committed;
    }

    private void flush() {
        pending.forEach(this::produce);
        pending.clear();
        pendingBytes = 0;
    }
}

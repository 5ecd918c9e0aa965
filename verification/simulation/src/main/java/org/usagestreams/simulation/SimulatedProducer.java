package org.usagestreams.simulation;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.ConcurrentTransactionsException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.utils.Utils;

/**
 * A producer over the simulated broker, transactional where it has a transactional id. Records wait in a buffer, and go to the
 * broker at a time that the seed decides, at the latest before a commit; a killed producer's buffer is lost.
 */
@SuppressWarnings("UnusedMethod") // Called by the names of the interface.
final class SimulatedProducer {
    private static final long RETRY_MILLIS = 20;
    private static final long DELIVERY_MILLIS = 120_000;

    private final World world;
    private final SimulatedBroker broker;
    private final String transactionalId;
    private final Duration transactionTimeout;
    private final long maxBlock;
    private final int maxRequest;
    private final Deque<Pending> buffer = new ArrayDeque<>();
    private ProducerIdentity identity;
    private boolean open;
    /** Set while nothing but an abort, or where it is fatal nothing at all, helps. */
    private RuntimeException error;

    private boolean fatal;

    private record Pending(
            TopicPartition partition,
            ProducerRecord<byte[], byte[]> record,
            Callback callback,
            CompletableFuture<RecordMetadata> future) {}

    SimulatedProducer(World world, SimulatedBroker broker, Map<String, Object> config) {
        this.world = world;
        this.broker = broker;
        transactionalId = (String) config.get(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        transactionTimeout = Duration.ofMillis(number(config, ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 60_000));
        maxBlock = number(config, ProducerConfig.MAX_BLOCK_MS_CONFIG, 60_000);
        maxRequest = (int) number(config, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, 1_048_576);
    }

    private static long number(Map<String, Object> config, String name, long otherwise) {
        return Long.parseLong(String.valueOf(config.getOrDefault(name, otherwise)));
    }

    void initTransactions() {
        reach("initTransactions");
        identity = retry("initTransactions", () -> broker.transactions().init(transactionalId, transactionTimeout));
    }

    void beginTransaction() {
        failIfBroken();
        if (open) {
            throw new IllegalStateException("a transaction is open already");
        }
        open = true;
    }

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return send(record, null);
    }

    Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        final CompletableFuture<RecordMetadata> future = new Sent();
        world.step("send");
        if (error != null) {
            failed(future, callback, error);
            return future;
        }
        if (transactionalId != null && !open) {
            throw new IllegalStateException("Cannot send outside of a transaction");
        }
        final int partition = record.partition() != null
                ? record.partition()
                : Utils.toPositive(Utils.murmur2(record.key())) % broker.partitions(record.topic());
        final int size = LogRecord.sizeOf(
                record.key(), record.value(), List.of(record.headers().toArray()));
        if (size > maxRequest) {
            final RecordTooLargeException large = new RecordTooLargeException(
                    "The message is " + size + " bytes when serialized which is larger than " + maxRequest);
            fail(large);
            failed(future, callback, large);
            return future;
        }
        buffer.add(new Pending(new TopicPartition(record.topic(), partition), record, callback, future));
        if (world.random().nextBoolean()) {
            drain();
        }
        return future;
    }

    /** A record's future: who waits for it has the buffer sent. */
    private final class Sent extends CompletableFuture<RecordMetadata> {
        @Override
        public RecordMetadata get() throws InterruptedException, ExecutionException {
            if (!isDone()) {
                world.step("sent");
                if (world.isCut() && !world.await(() -> !world.isCut(), DELIVERY_MILLIS)) {
                    buffer.removeIf(pending -> pending.future() == this);
                    completeExceptionally(new TimeoutException("a record was not sent in " + DELIVERY_MILLIS + " ms"));
                }
                drain();
            }
            return super.get();
        }
    }

    private static void failed(CompletableFuture<RecordMetadata> future, Callback callback, RuntimeException error) {
        future.completeExceptionally(error);
        if (callback != null) {
            callback.onCompletion(null, error);
        }
    }

    /** Sends what is in the buffer; the first failure puts the transaction into an error state. */
    private void drain() {
        if (world.isCut()) {
            return;
        }
        while (!buffer.isEmpty()) {
            final Pending pending = buffer.poll();
            if (error != null) {
                failed(pending.future(), pending.callback(), error);
                continue;
            }
            try {
                final long offset = append(pending);
                final RecordMetadata metadata = new RecordMetadata(pending.partition(), offset, 0, world.now(), -1, -1);
                pending.future().complete(metadata);
                if (pending.callback() != null) {
                    pending.callback().onCompletion(metadata, null);
                }
            } catch (ApiException e) {
                fail(e);
                failed(pending.future(), pending.callback(), e);
            }
        }
    }

    private long append(Pending pending) {
        final ProducerRecord<byte[], byte[]> record = pending.record();
        final List<org.apache.kafka.common.header.Header> headers =
                List.of(record.headers().toArray());
        final long timestamp = record.timestamp() != null ? record.timestamp() : world.now();
        return identity == null
                ? broker.append(pending.partition(), record.key(), record.value(), headers, timestamp)
                : retry("send", () -> broker.transactions()
                        .append(identity, pending.partition(), record.key(), record.value(), headers, timestamp));
    }

    private void fail(RuntimeException cause) {
        if (transactionalId != null && error == null) {
            error = cause;
            fatal = cause instanceof ProducerFencedException || cause instanceof InvalidPidMappingException;
        }
    }

    private void failIfBroken() {
        if (error == null) {
            return;
        }
        if (error instanceof ProducerFencedException) {
            throw new ProducerFencedException("Producer with transactionalId '" + transactionalId
                    + "' has been fenced by" + " another producer with the same transactionalId");
        }
        if (error instanceof InvalidProducerEpochException) {
            throw new InvalidProducerEpochException(
                    "Producer with transactionalId '" + transactionalId + "' attempted to produce with an old epoch");
        }
        throw new KafkaException("Cannot execute transactional method because we are in an error state", error);
    }

    void sendOffsetsToTransaction(Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
        failIfBroken();
        if (!open) {
            throw new IllegalStateException("Cannot send offsets if a transaction is not in progress");
        }
        if (offsets.isEmpty()) {
            return;
        }
        reach("sendOffsets");
        try {
            retry("sendOffsets", () -> {
                broker.transactions().addOffsets(identity, group, offsets);
                return null;
            });
        } catch (UnknownMemberIdException | IllegalGenerationException e) {
            final CommitFailedException failed = new CommitFailedException(
                    "Transaction offset Commit failed due to consumer group metadata mismatch: " + e.getMessage());
            fail(failed);
            throw failed;
        } catch (FencedInstanceIdException | ProducerFencedException e) {
            fail(e);
            throw e;
        }
    }

    void commitTransaction() {
        failIfBroken();
        if (!open) {
            throw new IllegalStateException("no transaction is open");
        }
        reach("commit");
        drain();
        failIfBroken();
        end(true);
        if (world.random().nextInt(64) == 0) {
            // The answer takes longer than anything else; a kill or a pause may fall between the commit and its news.
            world.step("committed");
        }
    }

    void abortTransaction() {
        if (fatal) {
            failIfBroken();
        }
        reach("abort");
        buffer.forEach(pending ->
                failed(pending.future(), pending.callback(), new KafkaException("the transaction was aborted")));
        buffer.clear();
        error = null;
        end(false);
    }

    private void end(boolean commit) {
        try {
            retry("end", () -> {
                broker.transactions().end(identity, commit);
                return null;
            });
        } catch (ProducerFencedException e) {
            fail(e);
            throw e;
        }
        open = false;
    }

    void flush() {
        reach("flush");
        drain();
    }

    List<PartitionInfo> partitionsFor(String topic) {
        world.step("partitionsFor");
        return broker.partitionInfos(topic);
    }

    Map<MetricName, ? extends Metric> metrics() {
        return Map.of();
    }

    void close() {
        close(Duration.ofSeconds(30));
    }

    /** Sends what is left, or aborts the open transaction, as the real one does within the time. */
    void close(Duration timeout) {
        world.step("close");
        if (world.isCut() || timeout.isZero()) {
            buffer.clear();
            return;
        }
        if (transactionalId == null) {
            drain();
        } else if (open && !fatal && identity != null) {
            open = false;
            try {
                broker.transactions().end(identity, false);
            } catch (ApiException e) {
                // The real one closes all the same.
            }
        }
    }

    /** A call that the broker has to answer within a bounded time. */
    private void reach(String what) {
        world.step(what);
        if (world.isCut() && !world.await(() -> !world.isCut(), maxBlock)) {
            throw new TimeoutException("Timeout expired after " + maxBlock + "ms while awaiting " + what);
        }
    }

    private <T> T retry(String what, Supplier<T> call) {
        final long end = world.now() + maxBlock;
        while (true) {
            try {
                return call.get();
            } catch (ConcurrentTransactionsException e) {
                if (world.now() > end) {
                    throw new TimeoutException("Timeout expired after " + maxBlock + "ms while awaiting " + what, e);
                }
                world.sleep(RETRY_MILLIS);
            }
        }
    }
}

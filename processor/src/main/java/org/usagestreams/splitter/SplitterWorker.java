package org.usagestreams.splitter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.chunk.ChunkKey;
import org.usagestreams.chunk.Versions;
import org.usagestreams.chunk.wire.ObjectFact;
import org.usagestreams.deadletter.DeadLetter;
import org.usagestreams.instance.Health;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/**
 * Reads notifications and writes what they lead to, exactly once: records and the notifications' offsets are committed in
 * one transaction. A transaction holds whole objects only; a few small ones, or one large one.
 */
final class SplitterWorker implements NotificationHandler.Output {
    private static final Logger LOG = LoggerFactory.getLogger(SplitterWorker.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration RETRY_POLL = Duration.ofMillis(50);

    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final NotificationHandler handler;
    private final TopicCatalog topics;
    private final SplitterCounts counts;
    private final Pace pace;
    private final AtomicBoolean running;
    private final Set<TopicPartition> held;
    private final Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    private final int chunkPartitions;
    private Notification current;
    private boolean alone;
    private String announced = "";
    private boolean open;
    private long openedAt;
    private volatile boolean joined;
    private volatile boolean storeMissing;
    private volatile long polledAt = System.nanoTime();

    /**
     * How long things take.
     *
     * @param transaction small objects share one for at most this long
     * @param retryFirst the first pause before the store is tried again
     * @param retryLongest the pause doubles up to this long
     */
    record Pace(Duration transaction, Duration retryFirst, Duration retryLongest) {}

    SplitterWorker(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            NotificationHandler handler,
            TopicCatalog topics,
            SplitterCounts counts,
            Pace pace,
            AtomicBoolean running,
            Set<TopicPartition> held) {
        this.consumer = consumer;
        this.producer = producer;
        this.handler = handler;
        this.topics = topics;
        this.counts = counts;
        this.pace = pace;
        this.running = running;
        this.held = held;
        chunkPartitions = topics.get(TopicRole.CHUNKS).partitions();
    }

    /** Until the service stops. Throws what Kafka throws; the caller begins anew with new clients. */
    void run() {
        producer.initTransactions();
        consumer.subscribe(List.of(topics.name(TopicRole.NOTIFICATIONS)), new Rebalance());
        Duration pause = pace.retryFirst();
        while (running.get()) {
            polledAt = System.nanoTime();
            final ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            if (records.isEmpty()) {
                continue;
            }
            try {
                handle(records);
                pause = pace.retryFirst();
                storeMissing = false;
            } catch (StoreException e) {
                storeMissing = true;
                counts.retries.increment();
                LOG.warn("the object store is not available, next try in {} ms: {}", pause.toMillis(), e.getMessage());
                giveUpOpen();
                rewind(records);
                waitPaused(pause);
                final Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(pace.retryLongest()) < 0 ? doubled : pace.retryLongest();
            } catch (IOException e) {
                throw new IllegalStateException("only the store throws these", e);
            }
        }
    }

    private void handle(ConsumerRecords<byte[], byte[]> records) throws IOException {
        done.clear();
        for (final ConsumerRecord<byte[], byte[]> record : records) {
            handle(record);
            if (!running.get()) {
                break;
            }
        }
        commit();
    }

    private void handle(ConsumerRecord<byte[], byte[]> record) throws IOException {
        final Notification notification = new Notification(
                record.value(), record.topic() + "-" + record.partition() + "@" + record.offset(), record.timestamp());
        final NotificationHandler.Verdicts verdicts = new NotificationHandler.Verdicts();
        current = notification;
        alone = false;
        while (true) {
            try {
                begin();
                handler.handle(notification, verdicts, this);
                break;
            } catch (NotificationHandler.TakeBackException e) {
                giveUpOpen();
                verdicts.add(e);
            } catch (StoreException e) {
                if (alone) {
                    giveUpOpen();
                }
                // What came before is whole.
                announce(notification);
                throw e;
            }
        }
        done.put(
                new TopicPartition(record.topic(), record.partition()),
                new OffsetAndMetadata(record.offset() + 1, record.leaderEpoch(), ""));
        if (alone || System.nanoTime() - openedAt > pace.transaction().toNanos()) {
            commit();
        }
    }

    /** Says, with what came before, that the notification was read; once, however often it is tried. */
    private void announce(Notification notification) {
        if (!notification.place().equals(announced)) {
            begin();
            handler.announce(notification, this);
            announced = notification.place();
        }
        commit();
    }

    @Override
    public boolean isAlone() {
        return alone;
    }

    @Override
    public void goAlone() {
        announce(current);
        alone = true;
        begin();
    }

    private void begin() {
        if (!open) {
            producer.beginTransaction();
            open = true;
            openedAt = System.nanoTime();
        }
    }

    private void commit() {
        if (open) {
            producer.sendOffsetsToTransaction(done, consumer.groupMetadata());
            producer.commitTransaction();
            open = false;
        }
    }

    private void giveUpOpen() {
        if (open) {
            producer.abortTransaction();
            open = false;
        }
    }

    /** Goes back to the first notification of each partition that is not committed. */
    private void rewind(ConsumerRecords<byte[], byte[]> records) {
        for (final TopicPartition partition : records.partitions()) {
            final OffsetAndMetadata committed = done.get(partition);
            consumer.seek(
                    partition,
                    committed != null
                            ? committed.offset()
                            : records.records(partition).get(0).offset());
        }
    }

    /** Waits as a living member of the group. */
    private void waitPaused(Duration pause) {
        consumer.pause(consumer.assignment());
        final long end = System.nanoTime() + pause.toNanos();
        while (running.get() && System.nanoTime() < end) {
            polledAt = System.nanoTime();
            consumer.poll(RETRY_POLL);
            // A partition that came meanwhile waits like the others.
            consumer.pause(consumer.assignment());
        }
        consumer.resume(consumer.paused());
    }

    @Override
    public void chunk(ChunkKey key, byte[] value) {
        send(new ProducerRecord<>(
                topics.name(TopicRole.CHUNKS), key.day().partition(chunkPartitions), key.toBytes(), value));
    }

    @Override
    public void fact(ObjectFact fact) {
        send(new ProducerRecord<>(
                topics.name(TopicRole.OBJECTS),
                Versions.objectName(fact.getVersion()).getBytes(StandardCharsets.UTF_8),
                fact.toByteArray()));
    }

    @Override
    public void deadLetter(DeadLetter letter) {
        send(new ProducerRecord<>(topics.name(TopicRole.DEAD_LETTERS), letter.key(), letter.toJson()));
    }

    /** What a send fails with is thrown by the commit that follows; the callback keeps it from being lost on the way. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void send(ProducerRecord<byte[], byte[]> record) {
        producer.send(record, (metadata, failure) -> {
            if (failure != null) {
                LOG.debug("a record for {} was not taken: {}", record.topic(), failure.getMessage());
            }
        });
    }

    /**
     * How it is.
     *
     * @param longest the most that the handling of what one poll brought may take
     */
    Health health(Duration longest) {
        final long since = System.nanoTime() - polledAt;
        if (since > longest.toNanos()) {
            return Health.dead("has been at the same notifications for "
                    + Duration.ofNanos(since).toSeconds() + " s");
        }
        if (storeMissing) {
            return Health.notReady("the object store is not available");
        }
        return joined ? Health.ready("reads notifications") : Health.notReady("is no member of its group yet");
    }

    /** Metrics of its clients. */
    Stream<Metric> metrics() {
        return Stream.concat(
                List.<Metric>copyOf(consumer.metrics().values()).stream(),
                List.<Metric>copyOf(producer.metrics().values()).stream());
    }

    /** Closes what it works with. */
    void close(Duration timeout) {
        try {
            producer.close(timeout);
        } finally {
            consumer.close(CloseOptions.timeout(timeout));
        }
    }

    /** Wakes a worker that waits for notifications. */
    void wakeup() {
        consumer.wakeup();
    }

    /** Whether an exception is only the call to stop. */
    boolean isStop(RuntimeException e) {
        return !running.get() && (e instanceof WakeupException || e instanceof InterruptException);
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            LOG.debug("partitions go: {}", partitions);
            held.removeAll(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.debug("partitions come: {}", partitions);
            held.addAll(partitions);
            joined = true;
        }
    }
}

package org.usagestreams.consumer;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.Health;

/**
 * One thread: it runs the loop. Whenever Kafka's clients fail, it begins anew with new clients after a pause. It gives up if that cannot
 * help: another instance has its name, or a setting is refused.
 *
 * <p>{@link #run} and {@link #step} belong to one thread; the other methods may be called by any.
 */
final class GroupWorker {
    private static final Logger LOG = LoggerFactory.getLogger(GroupWorker.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);
    private static final long SLEEP_MILLIS = 50;
    /** Clients that worked for so long have ended the trouble before them. */
    private static final Duration SETTLED = Duration.ofSeconds(30);

    /** In the message of the exception that a producer throws where the broker refuses its transaction time-out. */
    private static final String LONGEST_TRANSACTION = "transaction.max.timeout.ms";

    private final String service;
    private final String name;
    private final List<String> topics;
    private final GroupClients clients;
    private final TransactionalLoop.RecordHandler handler;
    private final TransactionalLoop.Bounds bounds;
    private final ExponentialBackoff backoff;
    private final InstanceClaim claim;
    private final ClientMeters meters;
    private final Time time;
    private final BooleanSupplier running;
    private final Set<TopicPartition> held = ConcurrentHashMap.newKeySet();

    private volatile Session session;
    private volatile boolean joined;
    private volatile boolean storeMissing;
    private volatile long steppedAt;
    private int failures;
    private long openedAt;
    private long resumeAt;

    /** Clients, and the loop that runs on them. */
    private record Session(
            Consumer<byte[], byte[]> consumer,
            Producer<byte[], byte[]> producer,
            TransactionalLoop loop,
            Runnable removeMeters) {}

    /** Adds meters of clients. */
    interface ClientMeters {
        /** Adds those of two clients; what it returns removes them, before the clients are closed. */
        Runnable add(Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer);
    }

    /**
     * A worker that has not begun.
     *
     * @param service name of the service, as its settings begin
     * @param name of the thread
     * @param topics that it consumes
     * @param backoff pauses before it begins anew
     * @param running false once it is to end
     */
    GroupWorker(
            String service,
            String name,
            List<String> topics,
            GroupClients clients,
            TransactionalLoop.RecordHandler handler,
            TransactionalLoop.Bounds bounds,
            ExponentialBackoff backoff,
            InstanceClaim claim,
            ClientMeters meters,
            Time time,
            BooleanSupplier running) {
        this.service = service;
        this.name = name;
        this.topics = List.copyOf(topics);
        this.clients = clients;
        this.handler = handler;
        this.bounds = bounds;
        this.backoff = backoff;
        this.claim = claim;
        this.meters = meters;
        this.time = time;
        this.running = running;
        steppedAt = time.nanoseconds();
        resumeAt = steppedAt;
    }

    /**
     * Runs until it is to end.
     *
     * @throws IllegalStateException if beginning anew cannot help
     */
    void run() {
        try {
            while (running.getAsBoolean()) {
                step();
            }
        } finally {
            close();
        }
    }

    /**
     * Polls once, or opens clients, or sleeps a little before it does.
     *
     * @throws IllegalStateException if beginning anew cannot help
     */
    void step() {
        steppedAt = time.nanoseconds();
        if (session == null && steppedAt - resumeAt < 0) {
            final long left = Duration.ofNanos(resumeAt - steppedAt).toMillis() + 1;
            time.sleep(Math.min(left, SLEEP_MILLIS));
            return;
        }
        try {
            if (session == null) {
                open();
            }
            final TransactionalLoop loop = session.loop();
            loop.step();
            storeMissing = loop.isWaiting();
            if (loop.isMember()) {
                joined = true;
                claim.joined();
            }
            if (steppedAt - openedAt > SETTLED.toNanos()) {
                failures = 0;
            }
        } catch (KafkaException e) {
            recover(e);
        }
    }

    private void open() {
        final Consumer<byte[], byte[]> consumer = clients.consumer(name);
        final Producer<byte[], byte[]> producer;
        try {
            producer = clients.producer(name);
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
        final TransactionalLoop loop = new TransactionalLoop(consumer, producer, handler, bounds, time, running, held);
        session = new Session(consumer, producer, loop, meters.add(consumer, producer));
        openedAt = time.nanoseconds();
        loop.begin(topics);
    }

    private void recover(KafkaException failure) {
        final Session failed = session;
        final ConsumerGroupMetadata own =
                failed == null ? null : failed.consumer().groupMetadata();
        close();
        if (!running.getAsBoolean() && (failure instanceof WakeupException || failure instanceof InterruptException)) {
            return;
        }
        refuse(failure);
        if (own != null) {
            claim.check(failure, own);
        }
        final long pause = backoff.backoff(failures);
        failures++;
        resumeAt = time.nanoseconds() + Duration.ofMillis(pause).toNanos();
        LOG.warn("{} failed, and starts again with new Kafka clients in {} ms: {}", name, pause, failure.toString());
    }

    private void refuse(KafkaException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigException) {
                throw new IllegalStateException("Cannot make Kafka clients: " + cause.getMessage(), failure);
            }
            if (cause.getMessage() != null && cause.getMessage().contains(LONGEST_TRANSACTION)) {
                throw new IllegalStateException(
                        "Cannot begin transactions: the transaction time-out of the " + service
                                + " is larger than the broker's "
                                + LONGEST_TRANSACTION + ". Raise the broker's setting, or lower " + service
                                + ".transaction.timeout.ms",
                        failure);
            }
        }
    }

    /** Closes the clients within a bounded time; an open transaction is aborted. */
    private void close() {
        final Session ended = session;
        session = null;
        joined = false;
        held.clear();
        if (ended != null) {
            ended.removeMeters().run();
            closeQuietly("held output", ended.loop()::close);
            closeQuietly("producer", () -> ended.producer().close(CLOSE));
            closeQuietly("consumer", () -> ended.consumer().close(CloseOptions.timeout(CLOSE)));
        }
    }

    private void closeQuietly(String what, Runnable close) {
        try {
            close.run();
        } catch (KafkaException e) {
            LOG.info("Cannot close the {} of {}: {}", what, name, e.toString());
        }
    }

    /**
     * How it is.
     *
     * @param longest the most that the handling of what one poll brought may take
     */
    Health health(Duration longest) {
        final long since = time.nanoseconds() - steppedAt;
        if (since > longest.toNanos()) {
            return Health.dead("has been processing the same records for "
                    + Duration.ofNanos(since).toSeconds() + " s");
        }
        if (storeMissing) {
            return Health.notReady("the object store is not available");
        }
        if (session == null) {
            return Health.notReady(name + " is starting again");
        }
        return joined ? Health.ready("reads its topics") : Health.notReady("is not a member of its group yet");
    }

    /** The thread's name. */
    String name() {
        return name;
    }

    /** Whether a partition is assigned to it. */
    boolean holds(TopicPartition partition) {
        return held.contains(partition);
    }

    /** Ends a poll that waits for records. */
    void wakeup() {
        final Session current = session;
        if (current != null) {
            current.consumer().wakeup();
        }
    }
}

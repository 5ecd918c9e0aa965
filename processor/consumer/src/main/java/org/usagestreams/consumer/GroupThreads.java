package org.usagestreams.consumer;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.AbandonedTransactions;
import org.usagestreams.instance.Health;
import org.usagestreams.instance.KafkaMeters;
import org.usagestreams.topics.KafkaClients;

/**
 * The threads of a service that consume topics, in one consumer group or several. Each thread is a static member of its group and runs a
 * {@link TransactionalLoop}. All of them end when one fails for good. Thread-safe.
 */
public final class GroupThreads implements AutoCloseable {
    /** Pauses vary by this share, so that threads that failed at the same time do not return at the same time. */
    public static final double JITTER = 0.2;

    private static final Logger LOG = LoggerFactory.getLogger(GroupThreads.class);
    private static final long CLOSE_SECONDS = 30;

    private final Options options;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final Map<GroupWorker, Group> workers = new LinkedHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<AbandonedTransactions> abandoned = new ArrayList<>();
    private final CountDownLatch ended;
    private volatile boolean started;
    private GroupWorker.ClientMeters meters = (consumer, producer) -> () -> {};

    /**
     * What all groups have in common.
     *
     * @param service name of the service, as its settings begin
     * @param kafka properties of Kafka's clients
     * @param instanceId name of the instance, which no other running instance may have
     * @param session how long a member may be silent before others take over its partitions
     * @param pollRecords most records of a poll
     * @param producerBytes buffer of each thread's producer
     * @param transactionTimeout the broker ends a transaction that is open for longer
     * @param backoff pauses before a thread whose Kafka clients failed opens new ones
     */
    public record Options(
            String service,
            Map<String, Object> kafka,
            String instanceId,
            Duration session,
            int pollRecords,
            int producerBytes,
            Duration transactionTimeout,
            ExponentialBackoff backoff) {}

    /**
     * The threads of one group.
     *
     * @param name the threads' name, which their numbers follow
     * @param topics that they consume
     * @param threads their number
     * @param pollInterval longest time between two polls of a thread
     * @param consumers further properties of consumers
     * @param bounds limits of each loop
     * @param handlers creates the handler of each thread, by number; only that thread calls it
     */
    public record Group(
            String name,
            String groupId,
            List<String> topics,
            int threads,
            Duration pollInterval,
            Map<String, Object> consumers,
            TransactionalLoop.Bounds bounds,
            IntFunction<TransactionalLoop.RecordHandler> handlers) {}

    /** Threads that have not started. */
    public GroupThreads(Options options, List<Group> groups, KafkaClients clients, Time time) {
        this.options = options;
        for (final Group group : groups) {
            final GroupTransactions transactions = new GroupTransactions(group.groupId());
            abandoned.add(new AbandonedTransactions(
                    clients, options.kafka(), group.groupId(), transactions.ids(), transactions, options.session()));
            final GroupClients ofThreads = new GroupClients(clients, options, group);
            for (int i = 0; i < group.threads(); i++) {
                workers.put(worker(group, i, ofThreads, clients, time), group);
            }
        }
        ended = new CountDownLatch(workers.size());
    }

    private GroupWorker worker(Group group, int number, GroupClients ofThreads, KafkaClients clients, Time time) {
        final String name = group.name() + "-" + number;
        return new GroupWorker(
                options.service(),
                name,
                group.topics(),
                ofThreads,
                group.handlers().apply(number),
                group.bounds(),
                options.backoff(),
                new InstanceClaim(
                        options.service(),
                        clients,
                        options.kafka(),
                        group.groupId(),
                        ofThreads.member(name),
                        options.session(),
                        time),
                (consumer, producer) -> meters.add(consumer, producer),
                time,
                running::get);
    }

    /** Registers meters of its Kafka clients. Called before it starts. */
    public void bindTo(MeterRegistry registry) {
        meters = (consumer, producer) -> KafkaMeters.of(registry, consumer, producer)::close;
    }

    /** Starts the threads, once. */
    public void start() {
        started = true;
        for (final GroupWorker worker : workers.keySet()) {
            final Thread thread = new Thread(() -> run(worker), worker.name());
            threads.add(thread);
            thread.start();
        }
        abandoned.forEach(AbandonedTransactions::start);
    }

    /**
     * The work of the threads, instead of {@link #start}: for a caller that has threads and time of its own. Each runs until this is
     * closed, or throws what ends the service.
     */
    public List<Runnable> work() {
        return workers.keySet().stream().<Runnable>map(worker -> worker::run).toList();
    }

    /** Ends abandoned transactions now, instead of {@link #start}. */
    public void endAbandonedTransactions() {
        abandoned.forEach(AbandonedTransactions::look);
    }

    private void run(GroupWorker worker) {
        try {
            worker.run();
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            LOG.error("{} has ended", Thread.currentThread().getName(), e);
            running.set(false);
        } finally {
            ended.countDown();
        }
    }

    /** Their health: ready when each of them reads its topics. */
    public Health health() {
        if (failure.get() != null) {
            return Health.dead("a thread has ended: " + failure.get().getMessage());
        }
        Health worst = Health.ready("reads its topics");
        for (final Map.Entry<GroupWorker, Group> each : workers.entrySet()) {
            final Health health = each.getKey().health(each.getValue().pollInterval());
            if (!health.live() || (worst.ready() && !health.ready())) {
                worst = health;
            }
        }
        return worst;
    }

    /** Whether they are to go on. */
    public boolean isRunning() {
        return running.get();
    }

    /** Whether a partition is assigned to one of them. */
    public boolean holds(TopicPartition partition) {
        return running.get() && workers.keySet().stream().anyMatch(worker -> worker.holds(partition));
    }

    /**
     * Checks that all of them run.
     *
     * @throws RuntimeException what has ended one
     */
    public void checkAlive() {
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    /**
     * Waits until all have ended.
     *
     * @throws RuntimeException what has ended one, other than {@link #close}
     */
    public void await() throws InterruptedException {
        ended.await();
        checkAlive();
    }

    /** Ends them after the record at hand, within a bounded time. Another instance repeats what is not committed. */
    @Override
    public void close() {
        running.set(false);
        workers.keySet().forEach(GroupWorker::wakeup);
        try {
            if (started && !ended.await(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn(
                        "A thread of the {} did not end within {} s. The broker aborts its transaction.",
                        options.service(),
                        CLOSE_SECONDS);
                threads.forEach(Thread::interrupt);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abandoned.forEach(AbandonedTransactions::close);
    }
}

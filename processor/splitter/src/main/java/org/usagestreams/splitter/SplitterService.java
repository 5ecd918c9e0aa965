package org.usagestreams.splitter;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.minio.MinioClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.AbandonedTransactions;
import org.usagestreams.instance.Health;
import org.usagestreams.instance.KafkaMeters;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** The splitter: the threads of its two lanes, each a member of its lane's consumer group. */
public final class SplitterService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SplitterService.class);
    /** Pauses vary by this share, so that threads that failed at once do not come back at once. */
    public static final double JITTER = 0.2;

    private static final long ASIDE_LOOK_MILLIS = 500;

    private final Options options;
    private final TopicCatalog topics;
    private final Time time;
    private final SplitterCounts counts = new SplitterCounts();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<SplitterWorker> workers = new CopyOnWriteArrayList<>();
    private final SplitterLanes lanes;
    private final List<AbandonedTransactions> abandoned;
    private final AsideRetries asideRetries;
    private final Thread asideThread = new Thread(this::runAsides, "splitter-asides");
    /** Guarded by {@link #asideThread}. */
    private boolean asidesEnd;

    private final CountDownLatch ended;
    private SplitterWorker.ClientMeters clientMeters = (consumer, producer) -> () -> {};

    /**
     * What a splitter needs to know; see the settings of the same names.
     *
     * @param kafka properties of Kafka's clients
     * @param retryJitter share by which pauses vary at random: {@link #JITTER}, or 0 where nothing may be random
     * @param limits bounds of splitting
     * @param policy what the user decides about objects
     * @param second what the second lane takes over
     */
    public record Options(
            Map<String, Object> kafka,
            String groupId,
            String instanceId,
            Duration session,
            int threads,
            int pollRecords,
            int bufferBytes,
            int producerBytes,
            int readAheadBytes,
            Duration transaction,
            Duration transactionTimeout,
            ObjectTime objectTime,
            Duration retryFirst,
            Duration retryLongest,
            double retryJitter,
            SplitLimits limits,
            SplitPolicy policy,
            SecondLane second) {
        /** The longest time between two polls; see {@link TransactionalLoop.Bounds#batch}. */
        Duration pollInterval() {
            return transactionTimeout.multipliedBy(2);
        }

        /** Pauses before the store or the broker is tried again. */
        ExponentialBackoff backoff() {
            return new ExponentialBackoff(retryFirst.toMillis(), 2, retryLongest.toMillis(), retryJitter);
        }
    }

    /**
     * A service that has not started, with clients of real brokers and the system's clock.
     *
     * @param quick client of the first lane, whose requests take no longer than {@link SecondLane#fromTime}
     * @param patient client of the second lane
     */
    public SplitterService(Options options, TopicCatalog topics, MinioClient quick, MinioClient patient) {
        this(options, topics, quick, patient, KafkaClients.real(), Clock.systemUTC(), Time.SYSTEM);
    }

    /** A service that has not started. */
    public SplitterService(
            Options options,
            TopicCatalog topics,
            MinioClient quick,
            MinioClient patient,
            KafkaClients clients,
            Clock clock,
            Time time) {
        this.options = options;
        this.topics = topics;
        this.time = time;
        lanes = new SplitterLanes(
                options, topics, new SplitterLanes.Stores(quick, patient), clients, counts, clock, time, running::get);
        abandoned = List.of(
                abandoned(clients, options.groupId()),
                abandoned(clients, options.second().groupId()));
        asideRetries = new AsideRetries(
                clients,
                options.kafka(),
                topics.name(TopicRole.DEAD_LETTERS),
                topics.name(TopicRole.MARKED_NOTIFICATIONS),
                this::isFirst,
                options.policy().aside(),
                clock);
        ended = new CountDownLatch(lanes.size());
    }

    private AbandonedTransactions abandoned(KafkaClients clients, String group) {
        final SplitterTransactions transactions = new SplitterTransactions(group);
        return new AbandonedTransactions(
                clients, options.kafka(), group, transactions.ids(), transactions, options.session());
    }

    /** Starts the threads, once. */
    public SplitterService start() {
        for (final SplitterLanes.Named each : lanes.workers(clientMeters)) {
            workers.add(each.worker());
            final Thread thread = new Thread(() -> run(each.worker()), each.name());
            threads.add(thread);
            thread.start();
        }
        abandoned.forEach(AbandonedTransactions::start);
        asideThread.setDaemon(true);
        asideThread.start();
        return this;
    }

    /**
     * The work of the threads, instead of {@link #start}: for a caller that brings threads and time of its own. Each one runs
     * until the service is closed, or throws what ends the service.
     */
    public List<Runnable> work() {
        final List<Runnable> work = new ArrayList<>();
        for (final SplitterLanes.Named each : lanes.workers(clientMeters)) {
            workers.add(each.worker());
            work.add(each.worker()::run);
        }
        return work;
    }

    /** Ends abandoned transactions now, instead of {@link #start}. */
    public void endAbandonedTransactions() {
        abandoned.forEach(AbandonedTransactions::look);
    }

    /**
     * Tries objects again that were set aside, instead of {@link #start}. One thread calls it.
     *
     * @return false where it is not this splitter's turn
     */
    public boolean retryAsides() {
        return asideRetries.step();
    }

    /** How it is: ready when each of its threads reads notifications. */
    public Health health() {
        if (failure.get() != null) {
            return Health.dead("a splitter thread has ended: " + failure.get().getMessage());
        }
        Health worst = Health.ready("reads notifications");
        for (final SplitterWorker worker : workers) {
            final Health health = worker.health(options.pollInterval());
            if (!health.live() || (worst.ready() && !health.ready())) {
                worst = health;
            }
        }
        return worst;
    }

    /** Registers meters of what it does, and of its Kafka clients. Called before it starts. */
    public void bindTo(MeterRegistry registry) {
        SplitterMetrics.register(counts, registry);
        Gauge.builder("usage_streams_sources_over_quota", lanes, SplitterLanes::sourcesOverQuota)
                .description("sources that have used up a quota of the first lane in this minute")
                .register(registry);
        clientMeters = (consumer, producer) -> KafkaMeters.of(registry, consumer, producer)::close;
    }

    public SplitterCounts counts() {
        return counts;
    }

    /** Whether this is the one of all splitters that does what one has to do: it has the first partition. */
    public boolean isFirst() {
        final TopicPartition first = new TopicPartition(topics.name(TopicRole.NOTIFICATIONS), 0);
        return running.get() && workers.stream().anyMatch(worker -> worker.holds(first));
    }

    /** Waits until the service has ended; throws what ended it, if that was not {@link #close}. */
    public void await() throws InterruptedException {
        ended.await();
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void runAsides() {
        try {
            while (running.get()) {
                if (!asideRetries.step()) {
                    time.sleep(ASIDE_LOOK_MILLIS);
                }
            }
        } catch (RuntimeException e) {
            if (running.get()) {
                LOG.error("Objects that were set aside are not tried again until the splitter is started anew", e);
            }
        } finally {
            synchronized (asideThread) {
                asidesEnd = true;
                // An interrupt only asks this thread to stop; it must not keep its clients from closing.
                Thread.interrupted();
            }
            asideRetries.close();
        }
    }

    private void run(SplitterWorker worker) {
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

    /** Ends after the object at hand, within a bounded time; what is not committed is done again by who comes next. */
    @Override
    public void close() {
        running.set(false);
        workers.forEach(SplitterWorker::wakeup);
        try {
            if (!ended.await(30, TimeUnit.SECONDS)) {
                LOG.warn("a splitter thread did not end in time; its transaction is taken back by the broker");
                threads.forEach(Thread::interrupt);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (asideThread) {
            // Closes its clients by itself by now, and an interrupt would break that off.
            if (!asidesEnd) {
                asideThread.interrupt();
            }
        }
        abandoned.forEach(AbandonedTransactions::close);
        LOG.info("{}", counts);
    }
}

package org.usagestreams.splitter;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.minio.MinioClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.consumer.GroupThreads;
import org.usagestreams.consumer.TransactionalLoop;
import org.usagestreams.instance.Health;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** The splitter: the threads of its two lanes, each a member of its lane's consumer group. */
public final class SplitterService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SplitterService.class);
    private static final long ASIDE_LOOK_MILLIS = 500;

    private final TopicCatalog topics;
    private final Time time;
    private final SplitterCounts counts = new SplitterCounts();
    private final SplitterLanes lanes;
    private final GroupThreads threads;
    private final AsideRetries asideRetries;
    private final Thread asideThread = new Thread(this::runAsides, "splitter-asides");
    /** Guarded by {@link #asideThread}. */
    private boolean asidesEnd;

    /**
     * The splitter's parameters; see the settings of the same names.
     *
     * @param kafka properties of Kafka's clients
     * @param retryJitter share by which pauses vary at random: {@link GroupThreads#JITTER}, or 0 where nothing may be random
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
        this.topics = topics;
        this.time = time;
        lanes = new SplitterLanes(options, topics, new SplitterLanes.Stores(quick, patient), counts, clock, time);
        threads = lanes.threads(clients);
        asideRetries = new AsideRetries(
                clients,
                options.kafka(),
                topics.name(TopicRole.DEAD_LETTERS),
                topics.name(TopicRole.MARKED_NOTIFICATIONS),
                this::isFirst,
                options.policy().aside(),
                clock);
    }

    /** Starts the threads, once. */
    public SplitterService start() {
        threads.start();
        asideThread.setDaemon(true);
        asideThread.start();
        return this;
    }

    /**
     * The work of the threads, instead of {@link #start}: for a caller that has threads and time of its own. Each runs until the service is
     * closed, or throws what ends the service.
     */
    public List<Runnable> work() {
        return threads.work();
    }

    /** Ends abandoned transactions now, instead of {@link #start}. */
    public void endAbandonedTransactions() {
        threads.endAbandonedTransactions();
    }

    /**
     * Tries objects again that were set aside, instead of {@link #start}. One thread calls it.
     *
     * @return false where it is not this splitter's turn
     */
    public boolean retryAsides() {
        return asideRetries.step();
    }

    /** The health: ready when each thread reads notifications. */
    public Health health() {
        return threads.health();
    }

    /**
     * Registers meters of what it does, and of its Kafka clients. Called before it starts.
     *
     * @param organisations the most that have series of their own
     */
    public void bindTo(MeterRegistry registry, int organisations) {
        counts.limit(organisations);
        SplitterMetrics.register(counts, registry);
        Gauge.builder("usage_streams_sources_over_quota", lanes, SplitterLanes::sourcesOverQuota)
                .description("sources that have used up a quota of the first lane in this minute")
                .register(registry);
        threads.bindTo(registry);
    }

    public SplitterCounts counts() {
        return counts;
    }

    /** Whether this is the one of all splitters that does what one has to do: it has the first partition. */
    public boolean isFirst() {
        final TopicPartition first = new TopicPartition(topics.name(TopicRole.NOTIFICATIONS), 0);
        return threads.holds(first);
    }

    /** Waits until the service has ended; throws what ended it, if that was not {@link #close}. */
    public void await() throws InterruptedException {
        threads.await();
    }

    private void runAsides() {
        try {
            while (threads.isRunning()) {
                if (!asideRetries.step()) {
                    time.sleep(ASIDE_LOOK_MILLIS);
                }
            }
        } catch (RuntimeException e) {
            if (threads.isRunning()) {
                LOG.error("Cannot retry objects that were set aside. Restart the splitter.", e);
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

    /** Ends after the object at hand, within a bounded time; what is not committed is done again by who comes next. */
    @Override
    public void close() {
        threads.close();
        synchronized (asideThread) {
            // Closes its clients by itself by now, and an interrupt would break that off.
            if (!asidesEnd) {
                asideThread.interrupt();
            }
        }
        LOG.info("{}", counts);
    }
}

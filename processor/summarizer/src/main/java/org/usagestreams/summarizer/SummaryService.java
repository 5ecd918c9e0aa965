package org.usagestreams.summarizer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.AbandonedTransactions;
import org.usagestreams.instance.Health;
import org.usagestreams.instance.KafkaMeters;
import org.usagestreams.instance.StreamThreads;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** The topology as a service: stream threads on Kafka, exactly once. */
public final class SummaryService implements StreamThreads, AutoCloseable {
    /** Topics that the topology reads. */
    public static final List<TopicRole> SOURCES = List.of(
            TopicRole.CHUNKS,
            TopicRole.OBJECTS,
            TopicRole.RETRACTIONS,
            TopicRole.REFERENCE,
            TopicRole.CLUSTERS,
            TopicRole.ENABLED_KEYS,
            TopicRole.COST_CATEGORIES,
            TopicRole.TAG_MAPPINGS);

    private static final Logger LOG = LoggerFactory.getLogger(SummaryService.class);
    /** Beside the state, which Kafka Streams removes when it cannot rely on it. */
    private static final String NOTES = "days-at-hand";

    private static final Duration CLOSE = Duration.ofSeconds(30);

    /** More deaths of threads than this within the time end the instance. */
    private static final int DEATHS = 10;

    private static final Duration DEATHS_WITHIN = Duration.ofMinutes(5);

    /** As many lost transactions in a row are shown as a fault. */
    private static final int LOST = 3;

    private final KafkaStreams streams;
    private final StreamThreadPool pool;
    private final CommittedProgress progress;
    private final AbandonedTransactions abandoned;
    private final boolean shadow;
    private final Time time;
    private final InstanceWork work;
    private final Restoring restoring = new Restoring();
    private final String described;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final ThreadDeaths deaths;
    private final List<KafkaMeters> kafkaMeters = new CopyOnWriteArrayList<>();
    private volatile Throwable failure;

    /**
     * The service's parameters; see the settings of the same names.
     *
     * @param kafka properties of Kafka's clients
     * @param instanceId name of this instance's static membership; empty for none
     * @param shadow whether another application does the work, and this one only writes what it would publish to topics of
     *     its own
     * @param session how long an instance may say nothing before others take over
     */
    public record Options(
            Map<String, Object> kafka,
            String applicationId,
            String instanceId,
            Duration session,
            int threads,
            String stateDir,
            int standbyReplicas,
            long rocksDbBytes,
            int replicationFactor,
            Bounds bounds,
            TopologySettings topology,
            boolean shadow) {}

    /**
     * How much a stream thread does at once; see the settings of the same names.
     *
     * @param commit how often work is committed; a small part of the transaction time-out
     */
    public record Bounds(int pollRecords, int bufferedRecords, int fetchBytes, int producerBytes, Duration commit) {}

    /**
     * A service that is not started.
     *
     * @throws IllegalArgumentException if the commit interval is too long for the transaction time-out
     */
    public SummaryService(Options options, TopicCatalog topics) {
        this(options, topics, Time.SYSTEM);
    }

    SummaryService(Options options, TopicCatalog topics, Time time) {
        final DayPacing pacing = options.topology().pacing();
        DayPacing.requirePart("summary.commit.ms", options.bounds().commit(), pacing.transactionTimeout());
        this.time = time;
        work = new InstanceWork(
                time, pacing, DayNotes.open(Path.of(options.stateDir()).resolve(NOTES), new JvmHeap()));
        deaths = new ThreadDeaths(time, DEATHS, DEATHS_WITHIN);
        shadow = options.shadow();
        abandoned = new AbandonedTransactions(
                KafkaClients.real(),
                options.kafka(),
                options.applicationId(),
                StreamTransactions.ids(options.applicationId()),
                new StreamTransactions(options.applicationId()),
                options.session());
        progress = new CommittedProgress(KafkaClients.real(), time, options.kafka(), options.applicationId(), topics);
        final Topology topology =
                new SummaryTopology(topics, options.topology(), work, progress, options.shadow()).build();
        described = topology.describe().toString();
        streams = new KafkaStreams(topology, StreamsProperties.of(options, topics));
        pool = new StreamThreadPool(streams, time);
        streams.setGlobalStateRestoreListener(restoring);
        streams.setUncaughtExceptionHandler(this::onDeath);
        streams.setStateListener((now, before) -> {
            LOG.info("stream threads: {}", now);
            if (now == KafkaStreams.State.NOT_RUNNING || now == KafkaStreams.State.ERROR) {
                ended.countDown();
            }
        });
    }

    private StreamThreadExceptionResponse onDeath(Throwable cause) {
        work.counts().threadDeaths.increment();
        final int count = deaths.add();
        if (count <= DEATHS) {
            LOG.error("a stream thread died and is replaced ({} of at most {})", count, DEATHS, cause);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
        }
        failure = cause;
        LOG.error("stream threads keep dying: the instance ends", cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** Starts the threads, once. */
    public SummaryService start() {
        streams.start();
        abandoned.start();
        return this;
    }

    @Override
    public List<StreamThread> threads() {
        return pool.threads();
    }

    @Override
    public boolean resize(int count, Duration within) {
        return pool.resize(count, within);
    }

    /** The health: ready when each thread works on its tasks. */
    public Health health() {
        return switch (streams.state()) {
            case ERROR, PENDING_ERROR, NOT_RUNNING -> Health.dead("stream threads are " + streams.state());
            case RUNNING ->
                threads().stream().allMatch(thread -> "RUNNING".equals(thread.state()))
                        ? Health.ready("stream threads are RUNNING" + troubles())
                        : Health.notReady("not all stream threads are RUNNING");
            default -> Health.notReady("stream threads are " + streams.state() + restoring.detail());
        };
    }

    /** Why days are not summarised, in words; empty if nothing prevents it. */
    private String troubles() {
        final long setAside = work.dirtyDays().setAside();
        final int lost = work.attempts().lostInARow();
        return (setAside == 0
                        ? ""
                        : "; " + setAside + " days are set aside: they take longer than summary.transaction.timeout.ms,"
                                + " or more memory than there is (the dead letters name them)")
                + (lost < LOST ? "" : "; the last " + lost + " transactions with days were lost");
    }

    /** How it is wired, as Kafka Streams describes it. */
    public String describe() {
        return described;
    }

    /**
     * Registers meters as {@link #bindTo(MeterRegistry)} does, before it is started.
     *
     * @param organisations most that are told apart
     */
    public void bindTo(MeterRegistry registry, int organisations) {
        work.counts().limit(organisations);
        bindTo(registry);
    }

    /** Registers meters of what it does, of its threads and of its Kafka clients. */
    public void bindTo(MeterRegistry registry) {
        SummaryMetrics.register(this, work, time, registry);
        restoring.bindTo(registry);
        kafkaMeters.add(KafkaMeters.of(registry, refresher -> {
            final KafkaStreamsMetrics metrics = new KafkaStreamsMetrics(streams, List.of(), refresher);
            return List.of(new KafkaMeters.Binder(metrics, metrics::close));
        }));
    }

    /** Days that changed and are not yet summarised, in this instance. */
    public DirtyDays dirtyDays() {
        return work.dirtyDays();
    }

    public KafkaStreams.State state() {
        return streams.state();
    }

    /** Waits until the service has ended; throws what ended it, if that was not {@link #close}. */
    public void await() throws InterruptedException {
        ended.await();
        if (failure != null) {
            throw new IllegalStateException("stream threads kept dying: " + failure.getMessage(), failure);
        }
    }

    /** Commits and ends within a bounded time. */
    @Override
    public void close() {
        kafkaMeters.forEach(KafkaMeters::close);
        // Who only looked on leaves at once; others may come back before their tasks have to move.
        streams.close(CloseOptions.groupMembershipOperation(
                        shadow ? GroupMembershipOperation.LEAVE_GROUP : GroupMembershipOperation.REMAIN_IN_GROUP)
                .withTimeout(CLOSE));
        progress.close();
        abandoned.close();
    }
}

package org.usagestreams.summarizer;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TaskMetadata;
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
    private static final Duration CLOSE = Duration.ofSeconds(30);

    /** More deaths of threads than this within the time end the instance. */
    private static final int DEATHS = 10;

    private static final Duration DEATHS_WITHIN = Duration.ofMinutes(5);

    /** As many lost transactions in a row are shown as a fault. */
    private static final int LOST = 3;

    /** How often a rebalance is looked at, and how long it must have been over to be over. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final int LOOKS = 5;

    /** Chunks are large: with fewer of them missing, a task moves to where its state is not complete yet. */
    private static final long RECOVERY_LAG = 1_000;

    /** How often it is seen whether state has been copied, so that its task can move. The least that Streams takes. */
    private static final Duration PROBING = Duration.ofMinutes(1);

    private final KafkaStreams streams;
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
     * What the service needs to know; see the settings of the same names.
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
     * What a stream thread takes on at once; see the settings of the same names.
     *
     * @param commit how often work is committed; a small part of the transaction time-out
     */
    public record Bounds(int pollRecords, int bufferedRecords, int fetchBytes, int producerBytes, Duration commit) {}

    /**
     * A service that is not started.
     *
     * @throws IllegalArgumentException where the commit interval is too long for the transaction time-out
     */
    public SummaryService(Options options, TopicCatalog topics) {
        this(options, topics, Time.SYSTEM);
    }

    SummaryService(Options options, TopicCatalog topics, Time time) {
        final DayPacing pacing = options.topology().pacing();
        DayPacing.requirePart("summary.commit.ms", options.bounds().commit(), pacing.transactionTimeout());
        this.time = time;
        work = new InstanceWork(time, pacing);
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
        streams = new KafkaStreams(topology, properties(options, topics));
        streams.setGlobalStateRestoreListener(restoring);
        streams.setUncaughtExceptionHandler(this::onDeath);
        streams.setStateListener((now, before) -> {
            LOG.info("stream threads are {}", now);
            if (now == KafkaStreams.State.NOT_RUNNING || now == KafkaStreams.State.ERROR) {
                ended.countDown();
            }
        });
    }

    private static Properties properties(Options options, TopicCatalog topics) {
        final Properties config = new Properties();
        config.putAll(options.kafka());
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, options.applicationId());
        config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, options.threads());
        config.put(StreamsConfig.STATE_DIR_CONFIG, options.stateDir());
        config.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, options.standbyReplicas());
        config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, options.replicationFactor());
        config.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, BoundedRocksDb.class);
        config.put(BoundedRocksDb.BYTES, options.rocksDbBytes());
        config.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                options.bounds().commit().toMillis());
        config.put(
                StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG,
                options.bounds().bufferedRecords());
        config.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG),
                options.bounds().pollRecords());
        config.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG),
                options.bounds().fetchBytes());
        config.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), (int)
                options.topology().pacing().transactionTimeout().toMillis());
        // Dirty days are looked at between polls.
        config.put(StreamsConfig.POLL_MS_CONFIG, 50);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), (long)
                options.bounds().producerBytes());
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 << 10);
        // An instance that was away for no longer than this sees what was deleted meanwhile; see StateHeartbeat.
        config.put(
                StreamsConfig.topicPrefix(TopicConfig.DELETE_RETENTION_MS_CONFIG),
                Long.toString(topics.get(TopicRole.CHUNKS).retention().toMillis()));
        if (!options.instanceId().isEmpty()) {
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), options.instanceId());
        }
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        config.put(StreamsConfig.ACCEPTABLE_RECOVERY_LAG_CONFIG, RECOVERY_LAG);
        config.put(StreamsConfig.PROBING_REBALANCE_INTERVAL_MS_CONFIG, PROBING.toMillis());
        config.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), (int)
                options.session().toMillis());
        config.put(
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
                (int) options.session().toMillis() / 3);
        return config;
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
        return streams.metadataForLocalThreads().stream()
                .map(thread -> new StreamThread(
                        thread.threadName(),
                        thread.threadState(),
                        tasks(thread.activeTasks()),
                        tasks(thread.standbyTasks())))
                .sorted(Comparator.comparing(StreamThread::name))
                .toList();
    }

    private static List<String> tasks(Set<TaskMetadata> tasks) {
        return tasks.stream().map(task -> task.taskId().toString()).sorted().toList();
    }

    @Override
    public synchronized boolean resize(int count, Duration within) {
        final long deadline = time.nanoseconds() + within.toNanos();
        int now = threads().size();
        LOG.info("{} stream threads are to be {}", now, count);
        while (now < count && streams.addStreamThread().isPresent()) {
            now++;
        }
        while (now > count && time.nanoseconds() < deadline) {
            streams.removeStreamThread(Duration.ofNanos(Math.max(1, deadline - time.nanoseconds())));
            now--;
        }
        int looks = 0;
        while (looks < LOOKS && time.nanoseconds() < deadline) {
            final boolean settled = streams.state() == KafkaStreams.State.RUNNING
                    && threads().size() == count
                    && threads().stream().allMatch(thread -> "RUNNING".equals(thread.state()));
            looks = settled ? looks + 1 : 0;
            time.sleep(LOOK.toMillis());
        }
        return looks == LOOKS;
    }

    /** How it is: ready when each of its threads works on its tasks. */
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

    /** What keeps days from being summarised, for people; empty where nothing does. */
    private String troubles() {
        final long setAside = work.dirtyDays().setAside();
        final int lost = work.attempts().lostInARow();
        return (setAside == 0
                        ? ""
                        : "; " + setAside + " days are set aside: they take longer than summary.transaction.timeout.ms"
                                + " (the dead letters name them)")
                + (lost < LOST ? "" : "; the last " + lost + " transactions with days were lost");
    }

    /** How it is wired, as Kafka Streams describes it. */
    public String describe() {
        return described;
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

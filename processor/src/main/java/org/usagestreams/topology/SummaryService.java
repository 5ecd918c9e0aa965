package org.usagestreams.topology;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.TopicCatalog;

/** The topology as a service: stream threads on Kafka, exactly once. */
public final class SummaryService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SummaryService.class);
    private static final Duration CLOSE = Duration.ofSeconds(30);

    /** More deaths of threads than this within the time end the instance. */
    private static final int DEATHS = 10;

    private static final Duration DEATHS_WITHIN = Duration.ofMinutes(5);

    private final KafkaStreams streams;
    private final Backlog backlog = new Backlog();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Deque<Long> deaths = new ArrayDeque<>();
    private volatile Throwable failure;

    /**
     * What the service needs to know; see the settings of the same names.
     *
     * @param kafka properties of Kafka's clients
     */
    public record Options(
            Map<String, Object> kafka,
            String applicationId,
            String instanceId,
            int threads,
            String stateDir,
            int standbyReplicas,
            long rocksDbBytes,
            int replicationFactor,
            Bounds bounds,
            TopologySettings topology) {}

    /**
     * What a stream thread takes on at once; see the settings of the same names.
     *
     * @param commit how often work is committed
     */
    public record Bounds(
            int pollRecords,
            int bufferedRecords,
            int fetchBytes,
            int producerBytes,
            Duration commit,
            Duration transactionTimeout) {}

    public SummaryService(Options options, TopicCatalog topics) {
        streams =
                new KafkaStreams(new SummaryTopology(topics, options.topology(), backlog).build(), properties(options));
        streams.setUncaughtExceptionHandler(this::onDeath);
        streams.setStateListener((now, before) -> {
            LOG.info("stream threads are {}", now);
            if (now == KafkaStreams.State.NOT_RUNNING || now == KafkaStreams.State.ERROR) {
                ended.countDown();
            }
        });
    }

    private static Properties properties(Options options) {
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
                options.bounds().transactionTimeout().toMillis());
        // Touched days are looked at between polls.
        config.put(StreamsConfig.POLL_MS_CONFIG, 50);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BUFFER_MEMORY_CONFIG), (long)
                options.bounds().producerBytes());
        config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
        config.put(StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG), "lz4");
        config.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 << 10);
        if (!options.instanceId().isEmpty()) {
            config.put(StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG), options.instanceId());
        }
        config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
        return config;
    }

    private StreamThreadExceptionResponse onDeath(Throwable cause) {
        synchronized (deaths) {
            final long now = System.nanoTime();
            deaths.add(now);
            deaths.removeIf(at -> now - at > DEATHS_WITHIN.toNanos());
            if (deaths.size() <= DEATHS) {
                LOG.error("a stream thread died and is replaced ({} of at most {})", deaths.size(), DEATHS, cause);
                return StreamThreadExceptionResponse.REPLACE_THREAD;
            }
        }
        failure = cause;
        LOG.error("stream threads keep dying: the instance ends", cause);
        return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
    }

    /** Starts the threads, once. */
    public SummaryService start() {
        streams.start();
        return this;
    }

    /** Days that are touched and not yet summarised, in this instance. */
    public Backlog backlog() {
        return backlog;
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
        streams.close(CLOSE);
    }
}

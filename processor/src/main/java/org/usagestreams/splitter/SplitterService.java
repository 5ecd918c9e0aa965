package org.usagestreams.splitter;

import io.minio.MinioClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.AbandonedTransactions;
import org.usagestreams.instance.Health;
import org.usagestreams.instance.MetricsPage;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** The splitter: some threads, each a member of the consumer group of notifications. */
public final class SplitterService implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SplitterService.class);
    private static final Duration CLOSE = Duration.ofSeconds(5);

    private final Options options;
    private final TopicCatalog topics;
    private final MinioClient client;
    /** Ends a group's name in those of its transactions: a group may be called as another one is and a bit more. */
    private static final String SEPARATOR = ":";

    private final SplitterCounts counts = new SplitterCounts();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicReference<RuntimeException> failure = new AtomicReference<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<AtomicReference<SplitterWorker>> workers = new CopyOnWriteArrayList<>();
    private final Set<TopicPartition> held = ConcurrentHashMap.newKeySet();
    private final AbandonedTransactions abandoned;
    private final CountDownLatch ended;

    /**
     * What a splitter needs to know; see the settings of the same names.
     *
     * @param kafka properties of Kafka's clients
     * @param limits bounds of splitting
     * @param policy what the user decides about objects
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
            Duration retryFirst,
            Duration retryLongest,
            SplitLimits limits,
            SplitPolicy policy) {}

    public SplitterService(Options options, TopicCatalog topics, MinioClient client) {
        this.options = options;
        this.topics = topics;
        this.client = client;
        // Named as the members are; see newWorker.
        final String prefix = options.groupId() + SEPARATOR;
        abandoned = new AbandonedTransactions(
                options.kafka(),
                options.groupId(),
                Pattern.compile(Pattern.quote(prefix) + ".*"),
                member -> prefix + member.groupInstanceId().orElse(""),
                options.session());
        ended = new CountDownLatch(options.threads());
    }

    /** Starts the threads, once. */
    public SplitterService start() {
        for (int i = 0; i < options.threads(); i++) {
            final String name = "splitter-" + i;
            final AtomicReference<SplitterWorker> worker = new AtomicReference<>();
            workers.add(worker);
            final Thread thread = new Thread(() -> run(name, worker), name);
            threads.add(thread);
            thread.start();
        }
        abandoned.start();
        return this;
    }

    /** How it is: ready when each of its threads reads notifications. */
    public Health health() {
        if (failure.get() != null) {
            return Health.dead("a splitter thread has ended: " + failure.get().getMessage());
        }
        Health worst = Health.ready("reads notifications");
        for (final AtomicReference<SplitterWorker> current : workers) {
            final SplitterWorker worker = current.get();
            final Health health = worker == null
                    ? Health.notReady("a splitter thread begins anew")
                    : worker.health(options.transactionTimeout().multipliedBy(2));
            if (!health.live() || (worst.ready() && !health.ready())) {
                worst = health;
            }
        }
        return worst;
    }

    /** Shows on a page what it has done. */
    public void show(MetricsPage page) {
        SplitterMetrics.show(counts, page);
        page.kafka(() -> workers.stream()
                .map(AtomicReference::get)
                .filter(Objects::nonNull)
                .flatMap(SplitterWorker::metrics)
                .toList());
    }

    public SplitterCounts counts() {
        return counts;
    }

    /** Whether this is the one of all splitters that does what one has to do: it has the first partition. */
    public boolean isFirst() {
        return running.get() && held.contains(new TopicPartition(topics.name(TopicRole.NOTIFICATIONS), 0));
    }

    /** Waits until the service has ended; throws what ended it, if that was not {@link #close}. */
    public void await() throws InterruptedException {
        ended.await();
        if (failure.get() != null) {
            throw failure.get();
        }
    }

    private void run(String name, AtomicReference<SplitterWorker> current) {
        Duration pause = options.retryFirst();
        try {
            while (running.get()) {
                final long start = System.nanoTime();
                runOnce(name, current);
                if (running.get()) {
                    // What held for a while has ended the trouble before it.
                    pause = System.nanoTime() - start > options.retryLongest().toNanos() ? options.retryFirst() : pause;
                    LockSupport.parkNanos(pause.toNanos());
                    final Duration doubled = pause.multipliedBy(2);
                    pause = doubled.compareTo(options.retryLongest()) < 0 ? doubled : options.retryLongest();
                }
            }
        } catch (RuntimeException e) {
            failure.compareAndSet(null, e);
            LOG.error("{} has ended", name, e);
            running.set(false);
        } finally {
            ended.countDown();
        }
    }

    private void runOnce(String name, AtomicReference<SplitterWorker> current) {
        final SplitterWorker worker = newWorker(name);
        current.set(worker);
        try {
            worker.run();
        } catch (ProducerFencedException e) {
            throw new IllegalStateException(
                    "another splitter has the instance id " + options.instanceId()
                            + ": give each its own (setting splitter.instance.id)",
                    e);
        } catch (KafkaException e) {
            if (!worker.isStop(e)) {
                LOG.warn("{} begins anew: {}", name, e.toString());
            }
        } finally {
            current.set(null);
            worker.close(CLOSE);
        }
    }

    private SplitterWorker newWorker(String name) {
        final Map<String, Object> consumer = new HashMap<>(options.kafka());
        consumer.put(ConsumerConfig.GROUP_ID_CONFIG, options.groupId());
        consumer.put(ConsumerConfig.CLIENT_ID_CONFIG, options.instanceId() + "-" + name);
        consumer.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, options.instanceId() + "-" + name);
        consumer.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int)
                options.session().toMillis());
        consumer.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                (int) options.session().toMillis() / 3);
        consumer.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumer.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        consumer.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, options.pollRecords());
        consumer.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, (int)
                options.transactionTimeout().multipliedBy(2).toMillis());
        consumer.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        final Map<String, Object> producer = new HashMap<>(options.kafka());
        producer.put(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                options.groupId() + SEPARATOR + options.instanceId() + "-" + name);
        producer.put(ProducerConfig.CLIENT_ID_CONFIG, options.instanceId() + "-" + name);
        producer.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, (int)
                options.transactionTimeout().toMillis());
        producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) options.producerBytes());
        producer.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        // Chunks are compressed as they are made.
        producer.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
        return new SplitterWorker(
                new KafkaConsumer<>(consumer, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer()),
                new NotificationHandler(
                        new ObjectStore(client, options.readAheadBytes(), counts.bytesRead),
                        new ObjectSplitter(options.limits()),
                        counts,
                        Clock.systemUTC(),
                        options.bufferBytes(),
                        options.policy()),
                topics,
                counts,
                new SplitterWorker.Pace(options.transaction(), options.retryFirst(), options.retryLongest()),
                running,
                held);
    }

    /** Ends after the object at hand, within a bounded time; what is not committed is done again by who comes next. */
    @Override
    public void close() {
        running.set(false);
        workers.forEach(worker -> {
            final SplitterWorker current = worker.get();
            if (current != null) {
                current.wakeup();
            }
        });
        threads.forEach(LockSupport::unpark);
        try {
            if (!ended.await(30, TimeUnit.SECONDS)) {
                LOG.warn("a splitter thread did not end in time; its transaction is taken back by the broker");
                threads.forEach(Thread::interrupt);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        abandoned.close();
        LOG.info("{}", counts);
    }
}

package org.usagestreams.loading;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.chunk.Versions;
import org.usagestreams.chunk.wire.Loaded;
import org.usagestreams.chunk.wire.ObjectFact;
import org.usagestreams.ledger.LedgerRecord;
import org.usagestreams.ledger.UploadState;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/**
 * Tells the ledger which counted objects are loaded. When an entry is read as COUNTED, all rows that its days had published
 * are on the summary topic, in transactions that are decided; where each partition's last record is then is noted once, and
 * the object is loaded as soon as the sink's group has committed as much. What is published later does not matter any more.
 *
 * <p>Watches form a consumer group on the ledger topic and commit an entry's offset after its fact is sent: a fact may be
 * sent twice, which changes nothing, and is never lost.
 */
public final class LoadWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LoadWatch.class);
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    private final Options options;
    private final TopicCatalog topics;
    private final Clock clock;
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final AtomicInteger waiting = new AtomicInteger();
    private final Thread thread = new Thread(this::run, "load-watch");
    private volatile KafkaConsumer<byte[], byte[]> current;

    /**
     * What a watch needs to know; see the settings of the same names.
     *
     * @param kafka properties of Kafka's clients
     * @param groupId the watches' own group
     * @param instanceId static membership; empty for none
     * @param sinkGroupId the group of the connector that loads the summary
     * @param session how long an instance may say nothing before another takes over
     * @param look how often the sink's offsets are looked at
     * @param pending most entries that wait at once
     */
    public record Options(
            Map<String, Object> kafka,
            String groupId,
            String instanceId,
            Duration session,
            String sinkGroupId,
            Duration look,
            int pending) {}

    public LoadWatch(Options options, TopicCatalog topics, Clock clock) {
        this.options = options;
        this.topics = topics;
        this.clock = clock;
    }

    /** Starts watching, once. */
    public LoadWatch start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    /** Entries that wait to be loaded. */
    public int waiting() {
        return waiting.get();
    }

    private void run() {
        while (running.get()) {
            try (Round round = new Round()) {
                round.run();
            } catch (WakeupException | InterruptException e) {
                LOG.debug("woken");
            } catch (KafkaException e) {
                LOG.warn("watching the sink begins anew: {}", e.toString());
                LockSupport.parkNanos(RETRY.toNanos());
            } catch (RuntimeException e) {
                LOG.error("watching the sink failed, and begins anew", e);
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    /** An entry that waits: where its record is, what to say of it, and what the sink has to have committed. */
    private record Waiting(
            TopicPartition partition, long offset, ObjectFact.Builder fact, Map<TopicPartition, Long> ends) {}

    /** The work with one set of clients. */
    private final class Round implements AutoCloseable, ConsumerRebalanceListener {
        private final List<Waiting> pending = new ArrayList<>();
        private final Map<TopicPartition, Long> committed = new HashMap<>();
        private final AtomicBoolean failed = new AtomicBoolean();
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final KafkaProducer<byte[], byte[]> producer;
        private final PublishedEnds published;
        private final Admin admin;

        Round() {
            final Map<String, Object> reading = new HashMap<>(options.kafka());
            reading.put(ConsumerConfig.GROUP_ID_CONFIG, options.groupId());
            if (!options.instanceId().isEmpty()) {
                reading.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, options.instanceId());
            }
            reading.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int)
                    options.session().toMillis());
            reading.put(
                    ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                    (int) options.session().toMillis() / 3);
            reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
            reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
            reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
            reading.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
            consumer = new KafkaConsumer<>(reading, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            final Map<String, Object> writing = new HashMap<>(options.kafka());
            writing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
            writing.put(ProducerConfig.LINGER_MS_CONFIG, 5);
            producer = new KafkaProducer<>(writing, new ByteArraySerializer(), new ByteArraySerializer());
            admin = Admin.create(options.kafka());
            published = new PublishedEnds(options.kafka(), admin, topics.name(TopicRole.SUMMARY), running::get);
            current = consumer;
        }

        void run() {
            consumer.subscribe(List.of(topics.name(TopicRole.LEDGER)), this);
            while (running.get()) {
                read();
                if (!pending.isEmpty()) {
                    tellLoaded();
                }
                waiting.set(pending.size());
                commit();
            }
        }

        private void read() {
            if (pending.size() >= options.pending()) {
                consumer.pause(consumer.assignment());
            } else {
                consumer.resume(consumer.paused());
            }
            final List<Waiting> read = new ArrayList<>();
            for (final ConsumerRecord<byte[], byte[]> record :
                    consumer.poll(pending.isEmpty() ? IDLE : options.look())) {
                LedgerRecord.parse(record.value())
                        .filter(entry -> entry.state() == UploadState.COUNTED)
                        .ifPresent(entry -> read.add(new Waiting(
                                new TopicPartition(record.topic(), record.partition()),
                                record.offset(),
                                ObjectFact.newBuilder()
                                        .setVersion(entry.version())
                                        .setLoaded(Loaded.newBuilder().setCountedMillis(entry.countedMillis())),
                                Map.of())));
            }
            if (!read.isEmpty()) {
                final Map<TopicPartition, Long> ends = published.find();
                read.forEach(entry -> pending.add(new Waiting(entry.partition(), entry.offset(), entry.fact(), ends)));
            }
        }

        private void tellLoaded() {
            final GroupOffsets loaded = GroupOffsets.of(admin, options.sinkGroupId());
            final List<Waiting> left = new ArrayList<>();
            Map<TopicPartition, Long> ends = Map.of();
            boolean done = true;
            for (final Waiting entry : pending) {
                if (entry.ends() != ends) {
                    // Entries that were read together have the same.
                    ends = entry.ends();
                    done = loaded.behind(ends) == 0;
                }
                if (done) {
                    send(entry.fact());
                } else {
                    left.add(entry);
                }
            }
            producer.flush();
            if (failed.getAndSet(false)) {
                throw new KafkaException("facts about loaded objects were not taken");
            }
            pending.clear();
            pending.addAll(left);
        }

        /** What a send fails with is looked at after the flush that follows. */
        @SuppressWarnings("FutureReturnValueIgnored")
        private void send(ObjectFact.Builder fact) {
            producer.send(
                    new ProducerRecord<>(
                            topics.name(TopicRole.OBJECTS),
                            Versions.objectName(fact.getVersion()).getBytes(StandardCharsets.UTF_8),
                            fact.setFoundMillis(clock.millis()).build().toByteArray()),
                    (metadata, failure) -> {
                        if (failure != null) {
                            LOG.warn("a fact was not taken, and is sent again: {}", failure.getMessage());
                            failed.set(true);
                        }
                    });
        }

        /** Up to the first entry of each partition that still waits; nothing where that is no news. */
        private void commit() {
            final Map<TopicPartition, OffsetAndMetadata> news = new HashMap<>();
            for (final TopicPartition partition : consumer.assignment()) {
                final long done = pending.stream()
                        .filter(entry -> entry.partition().equals(partition))
                        .mapToLong(Waiting::offset)
                        .min()
                        .orElseGet(() -> consumer.position(partition));
                final Long before = committed.put(partition, done);
                if (before == null ? done > 0 : before != done) {
                    news.put(partition, new OffsetAndMetadata(done));
                }
            }
            if (!news.isEmpty()) {
                consumer.commitSync(news);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            pending.removeIf(entry -> partitions.contains(entry.partition()));
            committed.keySet().removeAll(partitions);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            LOG.debug("partitions come: {}", partitions);
        }

        @Override
        public void close() {
            current = null;
            waiting.set(0);
            published.close();
            admin.close(CLOSE);
            producer.close(CLOSE);
            consumer.close();
        }
    }

    @Override
    public void close() {
        running.set(false);
        final KafkaConsumer<byte[], byte[]> reading = current;
        if (reading != null) {
            reading.wakeup();
        }
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

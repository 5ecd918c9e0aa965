package org.usagestreams.summarizer.loading;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.PublishedEnds;
import org.usagestreams.topics.ReaderOffsets;
import org.usagestreams.topics.RecordPlace;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.ledger.LedgerRecord;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.message.Loaded;
import org.usagestreams.wire.message.ObjectFact;

/**
 * Reports to the ledger which counted objects are loaded. When an entry is read as COUNTED, all rows that its days had published are on the
 * summary topic, in transactions that are decided; the last record of each partition is then noted once, and the object is loaded as soon
 * as the sink's positions in PostgreSQL are behind those of its days' partitions. Rows that are published later no longer matter. Where
 * PostgreSQL has refused one of its days, the entry is held until that day is loaded; other entries go on.
 *
 * <p>An entry that was on the ledger topic before its partition was assigned waits for all partitions of the summary: the topic may have
 * had fewer when the entry's rows were published. It gets more only while no processor runs.
 *
 * <p>Trackers form a consumer group on the ledger topic and commit an entry's offset after its fact is sent: a fact may be
 * sent twice, which changes nothing, and is never lost.
 *
 * <p>One thread calls {@link #step}; {@link #waiting} and {@link #wakeup} may be called by others. A tracker that threw an
 * exception is closed and replaced by a new one.
 */
public final class LoadTracker implements AutoCloseable, ConsumerRebalanceListener {
    private static final Logger LOG = LoggerFactory.getLogger(LoadTracker.class);
    private static final Duration IDLE = Duration.ofMillis(500);
    private static final Duration CLOSE = Duration.ofSeconds(10);

    /** Kafka's default of {@code max.poll.records}. */
    private static final int POLL_RECORDS = 500;

    private final LoadWatch.Options options;
    private final TopicCatalog topics;
    private final Time time;
    private final Deque<Batch> pending = new ArrayDeque<>();
    private final Map<TopicPartition, Long> committed = new HashMap<>();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final PublishedEnds published;
    private final Admin admin;
    private final LoadProgress progress;
    /** Entries of days that PostgreSQL has refused. */
    private final List<Entry> held = new ArrayList<>();
    /** The ends of the ledger's partitions when they were assigned. */
    private final Map<TopicPartition, Long> atAssignment = new HashMap<>();

    private boolean isUnavailable;
    private volatile int waiting;

    /** An entry that waits: where its record is, what to say of it, and its days. */
    private record Entry(TopicPartition partition, long offset, ObjectFact.Builder fact, List<DayKey> days) {}

    /** Entries that were read together. */
    private static final class Batch {
        private final List<Entry> entries;
        private final Map<TopicPartition, Long> ends;

        /** The positions that the sink has to have reached; null while a transaction is open below the ends. */
        private Map<TopicPartition, Long> awaited;

        Batch(List<Entry> entries, Map<TopicPartition, Long> ends) {
            this.entries = entries;
            this.ends = ends;
        }
    }

    /** Subscribes to the ledger topic. */
    public LoadTracker(LoadWatch.Options options, TopicCatalog topics, KafkaClients clients, Time time) {
        this.options = options;
        this.topics = topics;
        this.time = time;
        consumer = clients.consumer(reading(options));
        final Map<String, Object> writing = new HashMap<>(options.kafka());
        writing.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        writing.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        producer = clients.producer(writing);
        admin = clients.admin(options.kafka());
        progress = options.progress().apply(admin);
        published = new PublishedEnds(clients, time, options.kafka(), admin, topics.name(TopicRole.SUMMARY));
        consumer.subscribe(List.of(topics.name(TopicRole.LEDGER)), this);
    }

    private static Map<String, Object> reading(LoadWatch.Options options) {
        final Map<String, Object> config = new HashMap<>(options.kafka());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, options.groupId());
        if (!options.instanceId().isEmpty()) {
            config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, options.instanceId());
        }
        config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int)
                options.session().toMillis());
        config.put(
                ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG,
                (int) options.session().toMillis() / 3);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.min(POLL_RECORDS, options.pending()));
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        return config;
    }

    /** The number of entries that wait to be loaded. */
    public int waiting() {
        return waiting;
    }

    /** Ends a step that waits; it throws {@link org.apache.kafka.common.errors.WakeupException}. */
    public void wakeup() {
        consumer.wakeup();
    }

    /**
     * Reads some entries, tells which of those that wait are loaded, and commits.
     *
     * @throws KafkaException if a client fails
     * @throws IllegalStateException if a record of the ledger topic cannot be parsed
     */
    public void step() {
        read();
        if (!pending.isEmpty() || !held.isEmpty()) {
            tellLoaded();
        }
        waiting = count() + held.size();
        commit();
    }

    private int count() {
        return pending.stream().mapToInt(batch -> batch.entries.size()).sum();
    }

    private void read() {
        if (count() >= options.pending() || held.size() >= options.pending()) {
            consumer.pause(consumer.assignment());
        } else {
            consumer.resume(consumer.paused());
        }
        final List<Entry> read = new ArrayList<>();
        for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(pending.isEmpty() ? IDLE : options.look())) {
            parse(record)
                    .filter(entry -> entry.state() == UploadState.COUNTED)
                    .ifPresent(entry -> read.add(new Entry(
                            new TopicPartition(record.topic(), record.partition()),
                            record.offset(),
                            ObjectFact.newBuilder()
                                    .setVersion(entry.version())
                                    .setLoaded(Loaded.newBuilder().setCountedMillis(entry.countedMillis())),
                            entry.days())));
        }
        if (!read.isEmpty()) {
            pending.add(new Batch(read, published.ends()));
        }
    }

    /** Passing over a record that cannot be parsed would leave its object COUNTED for ever. */
    private static Optional<LedgerRecord> parse(ConsumerRecord<byte[], byte[]> record) {
        try {
            return LedgerRecord.parse(record.value());
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException(
                    "Cannot tell what is loaded: " + RecordPlace.of(record) + ": " + e.getMessage()
                            + ". Run the version of the program that wrote it, or a later one.",
                    e);
        }
    }

    private void tellLoaded() {
        final LoadProgress.State loaded = progress().orElse(null);
        if (loaded == null) {
            return;
        }
        final List<Entry> told = new ArrayList<>();
        for (final Entry entry : held) {
            if (!isSetAside(entry, loaded)) {
                told.add(entry);
            }
        }
        final List<Entry> refused = new ArrayList<>();
        for (final Batch batch : pending) {
            if (batch.awaited == null) {
                batch.awaited = published.lastRecords(batch.ends).orElse(null);
                if (batch.awaited == null) {
                    // Ends grow: those of later batches are not decided either.
                    break;
                }
            }
            for (final Entry entry : batch.entries) {
                if (loaded.positions().behind(awaited(entry, batch)) == 0) {
                    (isSetAside(entry, loaded) ? refused : told).add(entry);
                }
            }
        }
        told.forEach(entry -> send(entry.fact()));
        producer.flush();
        if (failed.getAndSet(false)) {
            throw new KafkaException(
                    "Cannot write facts about loaded objects to topic " + topics.name(TopicRole.OBJECTS));
        }
        held.removeAll(told);
        held.addAll(refused);
        final Set<Entry> done = new HashSet<>(told);
        done.addAll(refused);
        pending.forEach(batch -> batch.entries.removeAll(done));
        pending.removeIf(batch -> batch.entries.isEmpty());
    }

    /** The positions of the partitions that have the rows of an entry's days. */
    private Map<TopicPartition, Long> awaited(Entry entry, Batch batch) {
        if (entry.days().isEmpty() || entry.offset() < atAssignment.getOrDefault(entry.partition(), Long.MAX_VALUE)) {
            return batch.awaited;
        }
        final Map<TopicPartition, Long> awaited = new HashMap<>();
        for (final DayKey day : entry.days()) {
            final TopicPartition partition =
                    new TopicPartition(topics.name(TopicRole.SUMMARY), day.partition(batch.ends.size()));
            final Long position = batch.awaited.get(partition);
            if (position != null) {
                awaited.put(partition, position);
            }
        }
        return awaited;
    }

    private static boolean isSetAside(Entry entry, LoadProgress.State loaded) {
        return entry.days().stream().anyMatch(loaded.setAside()::contains);
    }

    /** Empty where PostgreSQL cannot be read now. */
    private Optional<LoadProgress.State> progress() {
        try {
            final LoadProgress.State now = progress.now();
            isUnavailable = false;
            return Optional.of(now);
        } catch (ReaderOffsets.UnavailableException e) {
            if (!isUnavailable) {
                LOG.warn("{}. Nothing is LOADED until it can be read.", e.getMessage());
            }
            isUnavailable = true;
            return Optional.empty();
        }
    }

    /** What a send fails with is looked at after the flush that follows. */
    @SuppressWarnings("FutureReturnValueIgnored")
    private void send(ObjectFact.Builder fact) {
        producer.send(
                new ProducerRecord<>(
                        topics.name(TopicRole.OBJECTS),
                        Versions.objectName(fact.getVersion()).getBytes(StandardCharsets.UTF_8),
                        fact.setFoundMillis(time.milliseconds()).build().toByteArray()),
                (metadata, failure) -> {
                    if (failure != null) {
                        LOG.warn("A fact was not written, and is sent again: {}", failure.getMessage());
                        failed.set(true);
                    }
                });
    }

    /** Up to the first entry of each partition that still waits; does nothing if that is no news. */
    private void commit() {
        final Map<TopicPartition, Long> first = new HashMap<>();
        pending.forEach(
                batch -> batch.entries.forEach(entry -> first.merge(entry.partition(), entry.offset(), Math::min)));
        held.forEach(entry -> first.merge(entry.partition(), entry.offset(), Math::min));
        final Map<TopicPartition, OffsetAndMetadata> news = new HashMap<>();
        for (final TopicPartition partition : consumer.assignment()) {
            final Long waits = first.get(partition);
            final long done = waits == null ? consumer.position(partition) : waits;
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
        for (final Iterator<Batch> batches = pending.iterator(); batches.hasNext(); ) {
            final Batch batch = batches.next();
            batch.entries.removeIf(entry -> partitions.contains(entry.partition()));
            if (batch.entries.isEmpty()) {
                batches.remove();
            }
        }
        held.removeIf(entry -> partitions.contains(entry.partition()));
        committed.keySet().removeAll(partitions);
        atAssignment.keySet().removeAll(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOG.debug("Partitions assigned: {}", partitions);
        atAssignment.putAll(consumer.endOffsets(partitions));
    }

    @Override
    public void close() {
        published.close();
        progress.close();
        admin.close(CLOSE);
        producer.close(CLOSE);
        consumer.close();
    }
}

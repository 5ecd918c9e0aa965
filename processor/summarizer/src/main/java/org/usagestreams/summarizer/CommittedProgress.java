package org.usagestreams.summarizer;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.LastRecords;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/**
 * Asks the broker for the group's offsets and the topics' last records, in a thread of its own. A stream thread never waits
 * for the answer to {@link #isRead}, and for that to {@link #isFirst} only a short time.
 *
 * <p>A partition's last record is noted once, when it is first asked about: under load, a reader that chases the moving end
 * would never arrive. A partition that nobody asks about for a while has gone to another instance or is read anew for another
 * reason; when it is asked about again, its end is noted anew.
 *
 * <p>Thread-safe. It connects when it is first asked.
 */
final class CommittedProgress implements ReadProgress, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CommittedProgress.class);

    /** Ten times as long as days wait between two questions. */
    private static final Duration FORGOTTEN = Duration.ofSeconds(10);

    /** The longest that a stream thread waits for an answer. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final KafkaClients clients;
    private final Time time;
    private final Map<String, Object> kafka;
    private final String group;
    private final List<String> awaited;
    private final String chunks;
    private final Executor executor;
    private final ExecutorService owned;
    private final Map<Integer, Look> looks = new ConcurrentHashMap<>();
    private Admin admin;
    private LastRecords records;

    /** What is known of a partition that is read anew. */
    private static final class Look {
        private final AtomicBoolean busy = new AtomicBoolean();
        private volatile long askedAt;
        private volatile boolean read;

        /** The ends that are to be reached; null until they are noted. The looking thread alone uses it. */
        private Map<TopicPartition, Long> ends;
    }

    CommittedProgress(KafkaClients clients, Time time, Map<String, Object> kafka, String group, TopicCatalog topics) {
        this(clients, time, kafka, group, topics, null);
    }

    /**
     * With an executor of the caller's.
     *
     * @param executor runs one look after the other; null for a thread of its own
     */
    CommittedProgress(
            KafkaClients clients,
            Time time,
            Map<String, Object> kafka,
            String group,
            TopicCatalog topics,
            Executor executor) {
        this.clients = clients;
        this.time = time;
        this.kafka = kafka;
        this.group = group;
        chunks = topics.name(TopicRole.CHUNKS);
        awaited = List.of(chunks, topics.name(TopicRole.REFERENCE));
        // Its queue is bounded: each partition has one look at a time.
        owned = executor == null
                ? Executors.newSingleThreadExecutor(task -> {
                    final Thread thread = new Thread(task, "read-progress");
                    thread.setDaemon(true);
                    return thread;
                })
                : null;
        this.executor = executor == null ? owned : executor;
    }

    @Override
    public boolean isRead(int partition) {
        final long now = time.milliseconds();
        final Look look = looks.compute(
                partition,
                (number, known) -> known == null || now - known.askedAt > FORGOTTEN.toMillis() ? new Look() : known);
        look.askedAt = now;
        if (!look.read && look.busy.compareAndSet(false, true)) {
            try {
                executor.execute(() -> look(partition, look));
            } catch (RejectedExecutionException e) {
                LOG.debug("closed");
            }
        }
        if (look.read) {
            // Whoever begins to read anew later asks for another end.
            looks.remove(partition, look);
        }
        return look.read;
    }

    private void look(int partition, Look look) {
        try {
            connect();
            if (look.ends == null) {
                final Map<TopicPartition, Long> ends = new HashMap<>();
                awaited.forEach(topic -> ends.put(new TopicPartition(topic, partition), records.end(topic, partition)));
                look.ends = ends;
            }
            final Map<TopicPartition, OffsetAndMetadata> committed =
                    GroupOffsets.of(admin, group).committed();
            look.read = look.ends.entrySet().stream().allMatch(end -> {
                final OffsetAndMetadata offset = committed.get(end.getKey());
                return (offset == null ? 0 : offset.offset()) >= end.getValue();
            });
        } catch (InterruptException e) {
            LOG.debug("closed");
        } catch (KafkaException e) {
            LOG.info(
                    "Cannot find out whether partition {} is read to the end: {}. Asking again.",
                    partition,
                    e.toString());
        } finally {
            look.busy.set(false);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws TimeoutException if the broker does not answer soon
     */
    @Override
    public boolean isFirst(int partition, long offset) {
        final CompletableFuture<OptionalLong> first = CompletableFuture.supplyAsync(
                () -> {
                    connect();
                    return records.first(chunks, partition);
                },
                executor);
        try {
            return first.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS).equals(OptionalLong.of(offset));
        } catch (java.util.concurrent.TimeoutException e) {
            throw new TimeoutException(
                    "Cannot tell where " + chunks + "-" + partition + " begins: no answer within " + ANSWER, e);
        } catch (ExecutionException e) {
            throw new KafkaException("Cannot tell where " + chunks + "-" + partition + " begins", e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** By the looking thread alone. */
    private void connect() {
        if (admin == null) {
            admin = clients.admin(kafka);
            records = new LastRecords(clients, kafka, time);
        }
    }

    @Override
    public void close() {
        if (owned != null) {
            owned.shutdownNow();
            try {
                if (!owned.awaitTermination(ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("Cannot close the clients that read the group's progress: the broker does not answer");
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        if (admin != null) {
            records.close();
            admin.close(ANSWER);
            admin = null;
        }
    }
}

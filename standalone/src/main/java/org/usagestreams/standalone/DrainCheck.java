package org.usagestreams.standalone;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.usagestreams.ledger.SinkPositions;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.topics.CommittedReader;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.ReaderOffsets;
import org.usagestreams.topics.TopicRole;

/**
 * Tells when all that was uploaded is in PostgreSQL: every reader has the last record of each of its topics behind it, no day
 * is dirty, and all of this still holds a while later, when what was under way would have been committed.
 */
final class DrainCheck implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);

    /** Longer than the intervals at which Streams and Connect commit. */
    private static final Duration STILL = Duration.ofMillis(600);

    private final EmbeddedCluster cluster;
    private final Admin admin;
    private final Consumer<byte[], byte[]> consumer;
    private final SinkPositions positions;

    private final Map<TopicPartition, Long> ends = new HashMap<>();

    DrainCheck(EmbeddedCluster cluster) {
        this.cluster = cluster;
        admin = Admin.create(cluster.settings().kafkaClient());
        positions = new SinkPositions(
                cluster.settings(), admin, cluster.settings().topics().name(TopicRole.SUMMARY));
        consumer = CommittedReader.open(KafkaClients.real(), cluster.settings().kafkaClient());
        final List<TopicPartition> partitions = Stream.concat(
                        SummaryService.SOURCES.stream(),
                        Stream.of(
                                TopicRole.NOTIFICATIONS,
                                TopicRole.MARKED_NOTIFICATIONS,
                                TopicRole.LARGE_OBJECTS,
                                TopicRole.PAYLOADS,
                                TopicRole.SUMMARY,
                                TopicRole.LEDGER))
                .map(cluster.settings().topics()::name)
                .flatMap(topic -> consumer.partitionsFor(topic).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        partitions.forEach(partition -> ends.put(partition, 0L));
    }

    /** Waits; false where it took longer than the timeout. */
    boolean await(Duration timeout) {
        final long deadline = System.nanoTime() + timeout.toNanos();
        while (System.nanoTime() < deadline) {
            if (isDrained()) {
                final Map<TopicPartition, Long> before = Map.copyOf(ends);
                LockSupport.parkNanos(STILL.toNanos());
                if (isDrained() && before.equals(ends)) {
                    return true;
                }
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return false;
    }

    /** Whether nothing is on the way that can be seen now. */
    boolean isDrained() {
        cluster.flushNotifications();
        readToEnd();
        if (cluster.summary().state() != KafkaStreams.State.RUNNING
                || cluster.summary().dirtyDays().days() != 0
                || cluster.loadWatch().waiting() != 0) {
            return false;
        }
        final String streams = cluster.settings().text("summary.application.id");
        final List<TopicRole> notifications = List.of(TopicRole.NOTIFICATIONS, TopicRole.MARKED_NOTIFICATIONS);
        return isCommitted(cluster.settings().text("intake.group.id"), notifications)
                && isCommitted(cluster.settings().text("intake.unpack.group.id"), List.of(TopicRole.PAYLOADS))
                && isCommitted(cluster.settings().text("splitter.group.id"), notifications)
                && isCommitted(cluster.settings().text("splitter.large.group.id"), List.of(TopicRole.LARGE_OBJECTS))
                && isCommitted(streams, SummaryService.SOURCES)
                && isCommitted(new ApplicationNames(streams).loadWatchGroup(), List.of(TopicRole.LEDGER))
                && isRead(positions, List.of(TopicRole.SUMMARY))
                && isCommitted(cluster.settings().text("sink.ledger.group.id"), List.of(TopicRole.LEDGER));
    }

    /** Learns where each partition's last record is; markers of transactions are none, and are passed over. */
    private void readToEnd() {
        final Map<TopicPartition, Long> limits = consumer.endOffsets(consumer.assignment());
        while (limits.entrySet().stream().anyMatch(limit -> consumer.position(limit.getKey()) < limit.getValue())) {
            for (final ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                ends.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
            }
        }
    }

    private boolean isCommitted(String group, List<TopicRole> roles) {
        return isRead(ReaderOffsets.ofGroup(admin, group), roles);
    }

    private boolean isRead(ReaderOffsets offsets, List<TopicRole> roles) {
        final List<String> topics =
                roles.stream().map(cluster.settings().topics()::name).toList();
        final Map<TopicPartition, Long> theirs = new HashMap<>(ends);
        theirs.keySet().removeIf(partition -> !topics.contains(partition.topic()));
        return offsets.now().behind(theirs) == 0;
    }

    @Override
    public void close() {
        consumer.close();
        positions.close();
        admin.close();
    }
}

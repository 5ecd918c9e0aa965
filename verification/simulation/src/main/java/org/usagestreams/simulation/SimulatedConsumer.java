package org.usagestreams.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** A consumer over the simulated broker. Its heartbeats are the world's ticks. */
@SuppressWarnings("UnusedMethod") // Called by the names of the interface.
final class SimulatedConsumer {
    private static final Duration API_TIMEOUT = Duration.ofMinutes(1);

    private final World world;
    private final SimulatedBroker broker;
    private final boolean committed;
    private final int maxRecords;
    private final Membership membership;
    private final boolean earliest;
    /** In order of partitions; a position of -1 is not known yet. */
    private final Map<TopicPartition, Long> positions = new TreeMap<>(
            java.util.Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition));

    private final Set<TopicPartition> paused = new HashSet<>();
    private int turn;
    private boolean wokenUp;
    private boolean closed;

    SimulatedConsumer(World world, SimulatedBroker broker, Map<String, Object> config) {
        this.world = world;
        this.broker = broker;
        committed = "read_committed".equals(config.get(ConsumerConfig.ISOLATION_LEVEL_CONFIG));
        maxRecords = Integer.parseInt(String.valueOf(config.getOrDefault(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 500)));
        earliest = "earliest".equals(config.getOrDefault(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest"));
        membership = new Membership(world, broker, config, this);
    }

    boolean isClosed() {
        return closed;
    }

    void beat() {
        membership.beat();
    }

    // What the interface has.

    void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
        membership.subscribe(topics, listener);
    }

    void subscribe(Collection<String> topics) {
        membership.subscribe(topics, null);
    }

    void assign(Collection<TopicPartition> partitions) {
        positions.keySet().retainAll(partitions);
        paused.retainAll(partitions);
        partitions.forEach(partition -> positions.putIfAbsent(partition, -1L));
    }

    Set<TopicPartition> assignment() {
        return Set.copyOf(positions.keySet());
    }

    ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        wakeUp();
        world.step("poll");
        final long end = world.now() + timeout.toMillis();
        while (true) {
            if (!world.isCut()) {
                membership.poll();
                final ConsumerRecords<byte[], byte[]> records = fetch();
                if (!records.isEmpty()) {
                    return records;
                }
            }
            final long left = end - world.now();
            if (left <= 0) {
                return ConsumerRecords.empty();
            }
            world.await(() -> wokenUp || (!world.isCut() && (membership.hasNews() || hasRecords())), left);
            wakeUp();
        }
    }

    private void wakeUp() {
        if (wokenUp) {
            wokenUp = false;
            throw new WakeupException();
        }
    }

    private boolean hasRecords() {
        for (final Map.Entry<TopicPartition, Long> each : positions.entrySet()) {
            final TopicPartition partition = each.getKey();
            if (paused.contains(partition) || !broker.hasPartition(partition)) {
                continue;
            }
            if (each.getValue() < 0
                    ? !isUnstable(partition)
                    : each.getValue() < broker.endOffset(partition, committed)) {
                return true;
            }
        }
        return false;
    }

    private boolean isUnstable(TopicPartition partition) {
        return membership.group() != null && broker.groups().isPending(membership.group(), partition);
    }

    private ConsumerRecords<byte[], byte[]> fetch() {
        final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> records = new LinkedHashMap<>();
        final Map<TopicPartition, OffsetAndMetadata> next = new HashMap<>();
        final List<TopicPartition> order = new ArrayList<>(positions.keySet());
        int left = maxRecords;
        // Each poll begins with another partition.
        turn++;
        for (int i = 0; i < order.size() && left > 0; i++) {
            final TopicPartition partition = order.get((i + turn) % order.size());
            if (paused.contains(partition) || !isPositioned(partition)) {
                continue;
            }
            final Fetched fetched = fetch(partition, left);
            if (!fetched.records().isEmpty()) {
                records.put(
                        partition,
                        fetched.records().stream()
                                .map(r -> record(partition, r))
                                .toList());
                next.put(partition, new OffsetAndMetadata(fetched.next()));
                left -= fetched.records().size();
            }
            positions.put(partition, fetched.next());
        }
        return records.isEmpty() ? ConsumerRecords.empty() : new ConsumerRecords<>(records, next);
    }

    private Fetched fetch(TopicPartition partition, int max) {
        try {
            return broker.fetch(partition, positions.get(partition), max, committed);
        } catch (OffsetOutOfRangeException e) {
            final long reset = earliest ? broker.beginningOffset(partition) : broker.endOffset(partition, committed);
            return broker.fetch(partition, reset, max, committed);
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(TopicPartition partition, LogRecord record) {
        return new ConsumerRecord<>(
                partition.topic(),
                partition.partition(),
                record.offset(),
                record.timestamp(),
                TimestampType.CREATE_TIME,
                record.key() == null ? -1 : record.key().length,
                record.value() == null ? -1 : record.value().length,
                record.key(),
                record.value(),
                new RecordHeaders(record.headers()),
                Optional.of(0));
    }

    /** Finds a position: what the group has committed, else as the reset policy says. */
    private boolean isPositioned(TopicPartition partition) {
        if (positions.get(partition) >= 0) {
            return true;
        }
        if (isUnstable(partition)) {
            return false;
        }
        final OffsetAndMetadata offset = membership.group() == null
                ? null
                : broker.groups().committed(membership.group()).get(partition);
        positions.put(
                partition,
                offset != null
                        ? offset.offset()
                        : earliest ? broker.beginningOffset(partition) : broker.endOffset(partition, committed));
        return true;
    }

    long position(TopicPartition partition) {
        world.step("position");
        require(partition);
        final boolean found = isPositioned(partition)
                || (world.await(() -> !isUnstable(partition), API_TIMEOUT.toMillis()) && isPositioned(partition));
        if (!found) {
            throw new TimeoutException("no position of " + partition + " in time");
        }
        return positions.get(partition);
    }

    private void require(TopicPartition partition) {
        if (!positions.containsKey(partition)) {
            throw new IllegalStateException("No current assignment for partition " + partition);
        }
    }

    void seek(TopicPartition partition, long offset) {
        require(partition);
        positions.put(partition, offset);
    }

    void seek(TopicPartition partition, OffsetAndMetadata offset) {
        seek(partition, offset.offset());
    }

    void seekToBeginning(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> seek(partition, broker.beginningOffset(partition)));
    }

    void seekToEnd(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> seek(partition, broker.endOffset(partition, committed)));
    }

    void pause(Collection<TopicPartition> partitions) {
        partitions.forEach(this::require);
        paused.addAll(partitions);
    }

    void resume(Collection<TopicPartition> partitions) {
        partitions.forEach(this::require);
        paused.removeAll(partitions);
    }

    Set<TopicPartition> paused() {
        return Set.copyOf(paused);
    }

    Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> partitions) {
        reach("beginningOffsets");
        final Map<TopicPartition, Long> offsets = new HashMap<>();
        partitions.forEach(partition -> offsets.put(partition, broker.beginningOffset(partition)));
        return offsets;
    }

    Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> partitions) {
        reach("endOffsets");
        final Map<TopicPartition, Long> offsets = new HashMap<>();
        partitions.forEach(partition -> offsets.put(partition, broker.endOffset(partition, committed)));
        return offsets;
    }

    Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> times) {
        reach("offsetsForTimes");
        final Map<TopicPartition, OffsetAndTimestamp> offsets = new HashMap<>();
        times.forEach((partition, time) -> {
            final long offset = broker.offsetFor(partition, time);
            offsets.put(partition, offset < 0 ? null : new OffsetAndTimestamp(offset, time));
        });
        return offsets;
    }

    Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
        reach("committed");
        if (!world.await(() -> partitions.stream().noneMatch(this::isUnstable), API_TIMEOUT.toMillis())) {
            throw new TimeoutException("offsets of " + partitions + " stay pending");
        }
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        final Map<TopicPartition, OffsetAndMetadata> all = broker.groups().committed(membership.group());
        partitions.forEach(partition -> offsets.put(partition, all.get(partition)));
        return offsets;
    }

    List<PartitionInfo> partitionsFor(String topic) {
        reach("partitionsFor");
        return broker.topics().contains(topic) ? broker.partitionInfos(topic) : List.of();
    }

    void commitSync(Map<TopicPartition, OffsetAndMetadata> offsets) {
        reach("commitSync");
        membership.commit(offsets);
    }

    void commitSync() {
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        positions.forEach((partition, position) -> {
            if (position >= 0) {
                offsets.put(partition, new OffsetAndMetadata(position));
            }
        });
        commitSync(offsets);
    }

    private void reach(String what) {
        world.step(what);
        if (world.isCut()) {
            world.sleep(API_TIMEOUT.toMillis());
            if (world.isCut()) {
                throw new TimeoutException("the broker did not answer " + what);
            }
        }
    }

    ConsumerGroupMetadata groupMetadata() {
        return membership.metadata();
    }

    Map<MetricName, ? extends Metric> metrics() {
        return Map.of();
    }

    void wakeup() {
        wokenUp = true;
    }

    void close() {
        if (!closed) {
            closed = true;
            membership.close();
        }
    }

    void close(Duration timeout) {
        close();
    }

    void close(CloseOptions options) {
        close();
    }

    // For the membership.

    Set<TopicPartition> owned() {
        return positions.keySet();
    }

    void take(Collection<TopicPartition> partitions) {
        partitions.forEach(partition -> positions.put(partition, -1L));
    }

    void giveUp(Collection<TopicPartition> partitions) {
        positions.keySet().removeAll(partitions);
        paused.removeAll(partitions);
    }
}

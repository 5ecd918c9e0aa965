package org.usagestreams.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;

/**
 * A broker in memory: partitions, transactions and groups. It answers with the errors of the protocol; {@code
 * SimulatedClients} turns them into what the real clients throw. Time passes only as the caller's clock says; who moves the
 * clock calls {@link #tick}. For one thread at a time.
 */
public final class SimulatedBroker {
    private static final Node NODE = new Node(0, "simulated", 9092);

    private final LongSupplier now;
    private final Map<String, List<PartitionLog>> topics = new TreeMap<>();
    private final SimulatedTransactions transactions = new SimulatedTransactions(this);
    private final SimulatedGroups groups = new SimulatedGroups(this);

    /** A broker whose clock tells these milliseconds. */
    public SimulatedBroker(LongSupplier now) {
        this.now = now;
    }

    long now() {
        return now.getAsLong();
    }

    /** The transaction coordinator. */
    public SimulatedTransactions transactions() {
        return transactions;
    }

    /** The group coordinator. */
    public SimulatedGroups groups() {
        return groups;
    }

    /**
     * Creates a topic.
     *
     * @throws TopicExistsException if there is one of the name
     */
    public void createTopic(String name, int partitions, TopicOptions options) {
        if (topics.containsKey(name)) {
            throw new TopicExistsException("topic " + name + " exists");
        }
        final List<PartitionLog> logs = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            logs.add(new PartitionLog(options));
        }
        topics.put(name, logs);
    }

    /** Removes a topic and its records. */
    public void deleteTopic(String name) {
        logs(name);
        topics.remove(name);
    }

    /**
     * Adds partitions, up to this number.
     *
     * @throws InvalidPartitionsException if it has as many or more
     */
    public void addPartitions(String name, int partitions) {
        final List<PartitionLog> logs = logs(name);
        if (logs.size() >= partitions) {
            throw new InvalidPartitionsException("topic " + name + " has " + logs.size() + " partitions");
        }
        final TopicOptions options = logs.get(0).options();
        while (logs.size() < partitions) {
            logs.add(new PartitionLog(options));
        }
    }

    /** Names of topics. */
    public Set<String> topics() {
        return Set.copyOf(topics.keySet());
    }

    /** The number of a topic's partitions. */
    public int partitions(String topic) {
        return logs(topic).size();
    }

    /** How a topic keeps its records. */
    public TopicOptions options(String topic) {
        return logs(topic).get(0).options();
    }

    /**
     * Appends a record outside any transaction.
     *
     * @return its offset
     * @throws RecordTooLargeException if the topic does not take it
     */
    public long append(TopicPartition partition, byte[] key, byte[] value, List<Header> headers, long timestamp) {
        return checked(partition, key, value, headers).append(-1, key, value, headers, timestamp);
    }

    /**
     * Fetches records.
     *
     * @param from the first offset
     * @param max most records
     * @param committed whether to stop at the last stable offset and leave aborted records out
     * @throws org.apache.kafka.common.errors.OffsetOutOfRangeException where the offset is before the start or behind the end
     */
    public Fetched fetch(TopicPartition partition, long from, int max, boolean committed) {
        return log(partition).fetch(from, max, committed);
    }

    /** All that readers of committed records get of a partition. */
    public List<LogRecord> committed(TopicPartition partition) {
        return log(partition).committed();
    }

    /** A partition's first offset. */
    public long beginningOffset(TopicPartition partition) {
        return log(partition).start();
    }

    /** A partition's end: for readers of committed records the last stable offset. */
    public long endOffset(TopicPartition partition, boolean committed) {
        return committed ? log(partition).lastStable() : log(partition).end();
    }

    /** The offset of the first record at this time or later; -1 if there is none. */
    public long offsetFor(TopicPartition partition, long timestamp) {
        return log(partition).offsetFor(timestamp);
    }

    /** Compacts a topic's partitions if the topic is compacted; see {@link TopicOptions}. */
    public void compact(String topic) {
        logs(topic).forEach(log -> {
            if (log.options().compacted()) {
                log.compact(now());
            }
        });
    }

    /** Removes a topic's records beyond its retention. */
    public void expireRecords(String topic) {
        logs(topic).forEach(log -> log.expire(now()));
    }

    /** Removes records before an offset. */
    public void deleteRecords(TopicPartition partition, long before) {
        log(partition).deleteBefore(before);
    }

    /** Does what time brings: markers, time-outs of transactions, ends of sessions and rebalances. */
    public void tick() {
        transactions.tick();
        groups.tick();
    }

    /** When {@link #tick} has something to do next, if nobody calls; {@link Long#MAX_VALUE} for never. */
    public long nextTick() {
        return Math.min(transactions.nextTick(), groups.nextTick());
    }

    boolean hasPartition(TopicPartition partition) {
        final List<PartitionLog> logs = topics.get(partition.topic());
        return logs != null && partition.partition() < logs.size();
    }

    PartitionLog log(TopicPartition partition) {
        final List<PartitionLog> logs = logs(partition.topic());
        if (partition.partition() >= logs.size()) {
            throw new UnknownTopicOrPartitionException("no partition " + partition);
        }
        return logs.get(partition.partition());
    }

    /** A partition's log, if it takes such a record. */
    PartitionLog checked(TopicPartition partition, byte[] key, byte[] value, List<Header> headers) {
        final PartitionLog log = log(partition);
        if (log.options().compacted() && key == null) {
            throw new org.apache.kafka.common.InvalidRecordException("a compacted topic takes no record without key");
        }
        final int size = LogRecord.sizeOf(key, value, headers);
        if (size > log.options().maxMessageBytes()) {
            throw new RecordTooLargeException("a record of " + size + " bytes is over the topic's "
                    + log.options().maxMessageBytes());
        }
        return log;
    }

    private List<PartitionLog> logs(String topic) {
        final List<PartitionLog> logs = topics.get(topic);
        if (logs == null) {
            throw new UnknownTopicOrPartitionException("no topic " + topic);
        }
        return logs;
    }

    /** Topics and partitions as clients see them. */
    public Cluster cluster() {
        final List<PartitionInfo> partitions = new ArrayList<>();
        topics.forEach((topic, logs) -> {
            for (int i = 0; i < logs.size(); i++) {
                partitions.add(partition(topic, i));
            }
        });
        partitions.sort(Comparator.comparing(PartitionInfo::topic).thenComparing(PartitionInfo::partition));
        return new Cluster("simulated", List.of(NODE), partitions, Set.of(), Set.of());
    }

    /** A topic's partitions as clients see them. */
    public List<PartitionInfo> partitionInfos(String topic) {
        final int count = logs(topic).size();
        final List<PartitionInfo> partitions = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            partitions.add(partition(topic, i));
        }
        return partitions;
    }

    private static PartitionInfo partition(String topic, int number) {
        final Node[] nodes = {NODE};
        return new PartitionInfo(topic, number, NODE, nodes, nodes);
    }
}

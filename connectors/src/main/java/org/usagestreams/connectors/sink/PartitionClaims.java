package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims the partitions of a task in PostgreSQL, and decides at which offset reading of each begins. Used by one thread. */
final class PartitionClaims {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionClaims.class);

    private final PositionTable positions;
    private final SetAsideDays aside;
    private final SummaryLoad.Consumption consumption;
    private final Map<TopicPartition, PartitionState> states;
    private final Set<TopicPartition> assigned = new HashSet<>();
    /** Of these, those that this task has claimed since they were assigned. */
    private final Set<TopicPartition> claimed = new HashSet<>();

    /**
     * None yet.
     *
     * @param states gets those that are claimed
     */
    PartitionClaims(
            PositionTable positions,
            SetAsideDays aside,
            SummaryLoad.Consumption consumption,
            Map<TopicPartition, PartitionState> states) {
        this.positions = positions;
        this.aside = aside;
        this.consumption = consumption;
        this.states = states;
    }

    /** Those that are assigned to the task. */
    Set<TopicPartition> assigned() {
        return assigned;
    }

    void assign(Collection<TopicPartition> partitions) {
        assigned.addAll(partitions);
    }

    void revoke(Collection<TopicPartition> partitions) {
        assigned.removeAll(partitions);
        claimed.removeAll(partitions);
        states.keySet().removeAll(partitions);
        aside.revoke(partitions);
    }

    /** Another task has claimed one of them since: they are this one's as if they had just been assigned. */
    void forget() {
        claimed.clear();
    }

    /** Those that are assigned and not claimed. */
    Set<TopicPartition> fresh() {
        return assigned.stream()
                .filter(partition -> !states.containsKey(partition))
                .collect(Collectors.toSet());
    }

    /**
     * Claims these.
     *
     * @param description of the topic now
     */
    void claim(
            Connection connection,
            SummaryTopic topic,
            SummaryTopic.Description description,
            Collection<TopicPartition> fresh)
            throws SQLException, MalformedRowException, PositionTable.NotOwnerException {
        final Map<TopicPartition, Long> beginnings = topic.beginnings(fresh);
        final Map<TopicPartition, Long> ends = topic.ends(fresh);
        for (final TopicPartition partition : fresh) {
            // A task that was cut off must not take back what was another's meanwhile.
            final PositionTable.Stored stored = claimed.contains(partition)
                    ? positions.reclaim(connection, partition)
                    : positions.claim(connection, partition);
            claimed.add(partition);
            final boolean rewrite = !isUsable(stored, description, beginnings.get(partition), ends.get(partition));
            if (rewrite) {
                LOG.info("{}: reading from the beginning, and replacing each day as a whole", partition);
            }
            final long position = rewrite ? 0 : stored.next();
            states.put(partition, new PartitionState(partition, position, rewrite));
            consumption.seek(partition, position);
            aside.read(connection, partition);
        }
        consumption.resume(fresh);
    }

    /** Whether reading can go on at a stored position. Otherwise tombstones may be gone that the table never saw. */
    private static boolean isUsable(
            PositionTable.Stored stored, SummaryTopic.Description description, long beginning, long end) {
        return description.id().equals(stored.topicId())
                && stored.next() >= beginning
                && stored.next() <= end
                && stored.idleSeconds() < description.tombstones().toSeconds() * 0.75;
    }
}

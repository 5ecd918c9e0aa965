package org.usagestreams.operations.replay;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Time;

/**
 * Aborts transactions that are open on given partitions. Readers of committed records stop before an open transaction, so
 * records after it cannot be seen.
 */
final class OpenTransactions {
    private static final Duration WITHIN = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Admin admin;
    private final Time time;

    OpenTransactions(Admin admin, Time time) {
        this.admin = admin;
        this.time = time;
    }

    /**
     * Fences the producers of these transactions, and waits until none is open. The caller has seen to it that nobody works.
     *
     * @return the transactional ids that were fenced
     * @throws IllegalStateException where a transaction stays open
     */
    Set<String> end(Collection<TopicPartition> partitions) {
        final Set<String> fenced = new TreeSet<>();
        final long deadline = time.milliseconds() + WITHIN.toMillis();
        Set<TopicPartition> open = open(partitions);
        while (!open.isEmpty()) {
            final List<String> ids = ids(open);
            if (!ids.isEmpty()) {
                SummaryGroup.get(admin.fenceProducers(ids).all());
                fenced.addAll(ids);
            }
            if (time.milliseconds() > deadline) {
                throw new IllegalStateException("Cannot tell what is committed: a transaction is open on " + open
                        + ". Stop the producer that writes there, or wait until the broker ends its transaction, and"
                        + " run this again.");
            }
            time.sleep(LOOK.toMillis());
            open = open(partitions);
        }
        return fenced;
    }

    /** Partitions whose committed records end before the log does. */
    private Set<TopicPartition> open(Collection<TopicPartition> partitions) {
        final Map<TopicPartition, Long> ends = ends(partitions, IsolationLevel.READ_UNCOMMITTED);
        final Map<TopicPartition, Long> stable = ends(partitions, IsolationLevel.READ_COMMITTED);
        final Set<TopicPartition> open = new HashSet<>(partitions);
        open.removeIf(partition -> stable.get(partition) >= ends.get(partition));
        return open;
    }

    private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions, IsolationLevel level) {
        final Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        partitions.forEach(partition -> wanted.put(partition, OffsetSpec.latest()));
        final Map<TopicPartition, Long> ends = new HashMap<>();
        SummaryGroup.get(
                        admin.listOffsets(wanted, new ListOffsetsOptions(level)).all())
                .forEach((partition, end) -> ends.put(partition, end.offset()));
        return ends;
    }

    private List<String> ids(Set<TopicPartition> open) {
        final List<String> ongoing = SummaryGroup.get(admin.listTransactions(
                                new ListTransactionsOptions().filterStates(List.of(TransactionState.ONGOING)))
                        .all())
                .stream()
                .map(TransactionListing::transactionalId)
                .toList();
        final List<String> ids = new ArrayList<>();
        if (!ongoing.isEmpty()) {
            final Map<String, TransactionDescription> described =
                    SummaryGroup.get(admin.describeTransactions(ongoing).all());
            described.forEach((id, transaction) -> {
                if (transaction.topicPartitions().stream().anyMatch(open::contains)) {
                    ids.add(id);
                }
            });
        }
        return ids;
    }
}

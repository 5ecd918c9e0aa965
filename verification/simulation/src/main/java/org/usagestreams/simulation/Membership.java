package org.usagestreams.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/** A consumer's part in its group, by the classic protocol. */
final class Membership {
    private final World world;
    private final SimulatedBroker broker;
    private final SimulatedConsumer consumer;
    private final String group;
    private final String clientId;
    private final Optional<String> instanceId;
    private final Duration session;
    private final Duration pollInterval;
    private final ConsumerPartitionAssignor assignor;
    private final boolean cooperative;
    private List<String> topics;
    private ConsumerRebalanceListener listener;
    private String memberId = "";
    private int generation = -1;
    private boolean joining;
    private boolean joinNeeded;
    private long polledAt;

    Membership(World world, SimulatedBroker broker, Map<String, Object> config, SimulatedConsumer consumer) {
        this.world = world;
        this.broker = broker;
        this.consumer = consumer;
        group = (String) config.get(ConsumerConfig.GROUP_ID_CONFIG);
        clientId = String.valueOf(config.getOrDefault(ConsumerConfig.CLIENT_ID_CONFIG, "consumer"));
        instanceId = Optional.ofNullable((String) config.get(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
        session = millis(config, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 45_000);
        pollInterval = millis(config, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 300_000);
        final Object named = config.get(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG);
        cooperative = String.valueOf(named).contains(CooperativeStickyAssignor.class.getName());
        assignor = cooperative ? new CooperativeStickyAssignor() : new RangeAssignor();
    }

    private static Duration millis(Map<String, Object> config, String name, long otherwise) {
        return Duration.ofMillis(Long.parseLong(String.valueOf(config.getOrDefault(name, otherwise))));
    }

    /** Null for none. */
    String group() {
        return group;
    }

    ConsumerGroupMetadata metadata() {
        return GroupIdentity.of(group, generation, memberId, instanceId);
    }

    void subscribe(Collection<String> names, ConsumerRebalanceListener told) {
        topics = List.copyOf(names);
        listener = told;
        joinNeeded = true;
        polledAt = world.now();
    }

    /** Whether a poll would have something to do here. */
    boolean hasNews() {
        if (topics == null) {
            return false;
        }
        if (joinNeeded) {
            return true;
        }
        try {
            if (joining) {
                return broker.groups().joined(group, memberId, instanceId).isPresent();
            }
            broker.groups().heartbeat(group, memberId, instanceId, generation);
            return false;
        } catch (org.apache.kafka.common.errors.ApiException e) {
            return true;
        }
    }

    /** Joins where that is needed, and takes what is assigned. */
    void poll() {
        polledAt = world.now();
        if (topics == null) {
            return;
        }
        try {
            if (!joining && !joinNeeded) {
                broker.groups().heartbeat(group, memberId, instanceId, generation);
            }
        } catch (RebalanceInProgressException e) {
            joinNeeded = true;
        } catch (UnknownMemberIdException | IllegalGenerationException e) {
            lose();
        }
        try {
            if (joinNeeded) {
                join();
            }
            if (joining) {
                broker.groups().joined(group, memberId, instanceId).ifPresent(this::complete);
            }
        } catch (UnknownMemberIdException e) {
            lose();
        }
    }

    private void join() {
        if (!cooperative && !consumer.owned().isEmpty()) {
            revoke(new ArrayList<>(consumer.owned()));
        }
        world.step("join");
        final Subscription subscription = new Subscription(
                topics,
                assignor.subscriptionUserData(new HashSet<>(topics)),
                new ArrayList<>(consumer.owned()),
                generation,
                Optional.empty());
        subscription.setGroupInstanceId(instanceId);
        memberId = broker.groups()
                .join(
                        group,
                        memberId,
                        new GroupMember(clientId, instanceId, session, pollInterval, assignor, subscription));
        joinNeeded = false;
        joining = true;
    }

    private void complete(SimulatedGroups.Joined joined) {
        joining = false;
        generation = joined.generation();
        assignor.onAssignment(joined.assignment(), metadata());
        final Set<TopicPartition> assigned = new HashSet<>(joined.assignment().partitions());
        final List<TopicPartition> revoked =
                consumer.owned().stream().filter(p -> !assigned.contains(p)).toList();
        if (!revoked.isEmpty()) {
            revoke(revoked);
            joinNeeded = true;
        }
        final List<TopicPartition> added = joined.assignment().partitions().stream()
                .filter(partition -> !consumer.owned().contains(partition))
                .toList();
        consumer.take(added);
        if (listener != null) {
            listener.onPartitionsAssigned(added);
        }
    }

    private void revoke(List<TopicPartition> partitions) {
        if (listener != null) {
            listener.onPartitionsRevoked(partitions);
        }
        consumer.giveUp(partitions);
    }

    /** The group has gone on without this member. */
    private void lose() {
        final List<TopicPartition> lost = new ArrayList<>(consumer.owned());
        memberId = "";
        generation = -1;
        joining = false;
        joinNeeded = true;
        if (!lost.isEmpty()) {
            if (listener != null) {
                listener.onPartitionsLost(lost);
            }
            consumer.giveUp(lost);
        }
    }

    void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        try {
            broker.groups().commit(metadata(), offsets);
        } catch (UnknownMemberIdException | IllegalGenerationException e) {
            throw new CommitFailedException(e.getMessage());
        }
    }

    /** What the heartbeat thread does: it stops where the consumer is not polled in time. */
    void beat() {
        if (topics == null || memberId.isEmpty()) {
            return;
        }
        if (world.now() - polledAt > pollInterval.toMillis()) {
            if (instanceId.isEmpty()) {
                broker.groups().leave(group, memberId);
            }
            return;
        }
        try {
            broker.groups().heartbeat(group, memberId, instanceId, generation);
        } catch (org.apache.kafka.common.errors.ApiException e) {
            // The next poll learns of it.
        }
    }

    void close() {
        world.step("close");
        if (topics != null && instanceId.isEmpty() && !memberId.isEmpty()) {
            broker.groups().leave(group, memberId);
        }
        consumer.giveUp(new ArrayList<>(consumer.owned()));
    }
}

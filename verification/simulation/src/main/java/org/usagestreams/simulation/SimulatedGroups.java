package org.usagestreams.simulation;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;

/**
 * The group coordinator of the classic protocol: generations, static members, sessions, rebalances, and committed offsets with
 * those that are pending in transactions. Joining does not block: {@link #join} asks, {@link #joined} tells whether the
 * rebalance is complete.
 */
public final class SimulatedGroups {
    private final SimulatedBroker broker;
    private final Map<String, Group> groups = new TreeMap<>();
    private int members;

    /**
     * The end of a rebalance, as a member sees it.
     *
     * @param generation of the group
     * @param assignment of this member
     */
    public record Joined(int generation, Assignment assignment) {}

    /**
     * A member as {@code describeConsumerGroups} shows it.
     *
     * @param assigned its partitions in the last complete generation
     */
    public record Member(
            String memberId, String clientId, Optional<String> instanceId, List<TopicPartition> assigned) {}

    private static final class Group {
        private final Map<String, MemberState> members = new TreeMap<>();
        private final Map<String, String> memberOfInstance = new TreeMap<>();
        private final Map<TopicPartition, Committed> offsets = new HashMap<>();
        private final Map<Long, Map<TopicPartition, Committed>> pending = new HashMap<>();
        private int generation;
        private long deadline = Long.MAX_VALUE;
        private long sequence;

        private boolean isRebalancing() {
            return deadline != Long.MAX_VALUE;
        }
    }

    /** An offset and its place in the group's log: of two, the later written one holds. */
    private record Committed(OffsetAndMetadata offset, long sequence) {}

    private static final class MemberState {
        private GroupMember told;
        private long heardAt;
        private boolean joining;
        private Assignment assignment = new Assignment(List.of());
    }

    SimulatedGroups(SimulatedBroker broker) {
        this.broker = broker;
    }

    private Group group(String name) {
        return groups.computeIfAbsent(name, n -> new Group());
    }

    /**
     * Joins, or joins again.
     *
     * @param memberId empty the first time
     * @return the member id
     * @throws UnknownMemberIdException if the coordinator has removed the member
     * @throws FencedInstanceIdException if another member has taken its instance id
     */
    public String join(String groupId, String memberId, GroupMember member) {
        final Group group = group(groupId);
        String id = memberId;
        if (id.isEmpty()) {
            id = member.instanceId().orElse(member.clientId()) + "-" + members++;
            final String previous =
                    member.instanceId().map(group.memberOfInstance::get).orElse(null);
            if (previous != null && replace(group, previous, id, member)) {
                return id;
            }
        } else {
            check(group, id, member.instanceId());
        }
        final MemberState state = group.members.computeIfAbsent(id, i -> new MemberState());
        state.told = member;
        state.joining = true;
        state.heardAt = broker.now();
        final String joined = id;
        member.instanceId().ifPresent(instance -> group.memberOfInstance.put(instance, joined));
        if (!group.isRebalancing()) {
            group.deadline = broker.now()
                    + group.members.values().stream()
                            .mapToLong(m -> m.told.rebalance().toMillis())
                            .max()
                            .orElseThrow();
        }
        completeIfAllJoined(group);
        return id;
    }

    /** A static member that comes back takes its predecessor's place; in a stable group without a rebalance. */
    private boolean replace(Group group, String previous, String id, GroupMember member) {
        final MemberState old = group.members.remove(previous);
        final MemberState state = new MemberState();
        state.told = member;
        state.heardAt = broker.now();
        state.assignment = old.assignment;
        group.members.put(id, state);
        group.memberOfInstance.put(member.instanceId().orElseThrow(), id);
        return !group.isRebalancing()
                && old.told.subscription().topics().equals(member.subscription().topics());
    }

    /** The outcome of the last join; empty while others have not joined. */
    public Optional<Joined> joined(String groupId, String memberId, Optional<String> instanceId) {
        final Group group = group(groupId);
        check(group, memberId, instanceId);
        final MemberState state = group.members.get(memberId);
        return state.joining ? Optional.empty() : Optional.of(new Joined(group.generation, state.assignment));
    }

    /**
     * Says that a member lives.
     *
     * @throws RebalanceInProgressException if it has to join again
     * @throws UnknownMemberIdException if its session has ended
     * @throws IllegalGenerationException if the group has gone on without it
     * @throws FencedInstanceIdException if another member has taken its instance id
     */
    public void heartbeat(String groupId, String memberId, Optional<String> instanceId, int generation) {
        final Group group = group(groupId);
        check(group, memberId, instanceId);
        final MemberState state = group.members.get(memberId);
        state.heardAt = broker.now();
        if (group.isRebalancing() && !state.joining) {
            throw new RebalanceInProgressException("the group is rebalancing");
        }
        if (!state.joining && generation != group.generation) {
            throw new IllegalGenerationException("generation " + generation + " is not " + group.generation);
        }
    }

    /** Removes a member; no error where it is none. */
    public void leave(String groupId, String memberId) {
        final Group group = group(groupId);
        if (group.members.containsKey(memberId)) {
            remove(group, memberId);
        }
    }

    /** Makes the group's members join again, as a change of a topic's partitions does. */
    public void rebalance(String groupId) {
        final Group group = group(groupId);
        if (!group.members.isEmpty()) {
            startRebalance(group);
        }
    }

    /**
     * Commits offsets outside a transaction.
     *
     * @throws org.apache.kafka.common.errors.ApiException where {@link #validate} refuses
     */
    public void commit(ConsumerGroupMetadata member, Map<TopicPartition, OffsetAndMetadata> offsets) {
        validate(member, false);
        final Group group = group(member.groupId());
        offsets.forEach((partition, offset) -> put(group, partition, new Committed(offset, group.sequence++)));
    }

    /**
     * Sets offsets of a group without members, as {@code alterConsumerGroupOffsets} does.
     *
     * @throws UnknownMemberIdException if it has members
     */
    public void alter(String groupId, Map<TopicPartition, OffsetAndMetadata> offsets) {
        final Group group = group(groupId);
        if (!group.members.isEmpty()) {
            throw new UnknownMemberIdException("group " + groupId + " has members");
        }
        offsets.forEach((partition, offset) -> put(group, partition, new Committed(offset, group.sequence++)));
    }

    /**
     * Forgets a group and its offsets.
     *
     * @throws GroupNotEmptyException if it has members
     */
    public void delete(String groupId) {
        if (!group(groupId).members.isEmpty()) {
            throw new GroupNotEmptyException("group " + groupId + " has members");
        }
        groups.remove(groupId);
    }

    /** Committed offsets; those that are pending in a transaction are not among them. */
    public Map<TopicPartition, OffsetAndMetadata> committed(String groupId) {
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        group(groupId).offsets.forEach((partition, committed) -> offsets.put(partition, committed.offset()));
        return offsets;
    }

    /** Whether a transaction holds an offset of this partition; consumers wait until it does not. */
    public boolean isPending(String groupId, TopicPartition partition) {
        return group(groupId).pending.values().stream().anyMatch(offsets -> offsets.containsKey(partition));
    }

    /** Names of groups. */
    public Set<String> names() {
        return Set.copyOf(groups.keySet());
    }

    /** Members in order of their ids. */
    public List<Member> describe(String groupId) {
        return group(groupId).members.entrySet().stream()
                .map(e -> new Member(
                        e.getKey(),
                        e.getValue().told.clientId(),
                        e.getValue().told.instanceId(),
                        e.getValue().assignment.partitions()))
                .toList();
    }

    /** Whether the group is stable: it has members and no rebalance goes on. */
    public boolean isStable(String groupId) {
        final Group group = group(groupId);
        return !group.members.isEmpty() && !group.isRebalancing();
    }

    /** Refuses a commit of who is no member of the generation. */
    void validate(ConsumerGroupMetadata member, boolean transactional) {
        final Group group = group(member.groupId());
        if (member.memberId().isEmpty() && member.generationId() < 0) {
            if (!transactional && !group.members.isEmpty()) {
                throw new UnknownMemberIdException("a commit from outside a group that has members");
            }
            return;
        }
        check(group, member.memberId(), member.groupInstanceId());
        if (member.generationId() != group.generation) {
            throw new IllegalGenerationException("generation " + member.generationId() + " is not " + group.generation);
        }
    }

    void pend(long producer, String groupId, Map<TopicPartition, OffsetAndMetadata> offsets) {
        final Group group = group(groupId);
        final Map<TopicPartition, Committed> pending = group.pending.computeIfAbsent(producer, id -> new HashMap<>());
        offsets.forEach((partition, offset) -> pending.put(partition, new Committed(offset, group.sequence++)));
    }

    void settle(long producer, String groupId, boolean commit) {
        final Group group = group(groupId);
        final Map<TopicPartition, Committed> pending = group.pending.remove(producer);
        if (pending != null && commit) {
            pending.forEach((partition, committed) -> put(group, partition, committed));
        }
    }

    private static void put(Group group, TopicPartition partition, Committed committed) {
        group.offsets.merge(
                partition, committed, (old, written) -> written.sequence() > old.sequence() ? written : old);
    }

    /** Ends sessions and rebalances that took too long. */
    void tick() {
        final long now = broker.now();
        for (final Group group : groups.values()) {
            final Set<String> silent = new HashSet<>();
            group.members.forEach((id, member) -> {
                if (!member.joining
                        && now - member.heardAt >= member.told.session().toMillis()) {
                    silent.add(id);
                }
            });
            silent.forEach(id -> remove(group, id));
            if (now >= group.deadline) {
                complete(group);
            }
        }
    }

    /** When {@link #tick} has something to do next, if nobody says anything; {@link Long#MAX_VALUE} for never. */
    long nextTick() {
        long next = Long.MAX_VALUE;
        for (final Group group : groups.values()) {
            next = Math.min(next, group.deadline);
            for (final MemberState member : group.members.values()) {
                if (!member.joining) {
                    next = Math.min(next, member.heardAt + member.told.session().toMillis());
                }
            }
        }
        return next;
    }

    private static void check(Group group, String memberId, Optional<String> instanceId) {
        final String holder = instanceId.map(group.memberOfInstance::get).orElse(null);
        if (holder != null && !holder.equals(memberId)) {
            throw new FencedInstanceIdException("another member has the instance id " + instanceId.get());
        }
        if (!group.members.containsKey(memberId)) {
            throw new UnknownMemberIdException("no member " + memberId);
        }
    }

    private void remove(Group group, String memberId) {
        final MemberState gone = group.members.remove(memberId);
        gone.told.instanceId().ifPresent(instance -> group.memberOfInstance.remove(instance, memberId));
        if (group.members.isEmpty()) {
            group.generation++;
            group.deadline = Long.MAX_VALUE;
            return;
        }
        startRebalance(group);
        completeIfAllJoined(group);
    }

    private void startRebalance(Group group) {
        if (!group.isRebalancing()) {
            group.deadline = broker.now()
                    + group.members.values().stream()
                            .mapToLong(m -> m.told.rebalance().toMillis())
                            .max()
                            .orElseThrow();
        }
    }

    private void completeIfAllJoined(Group group) {
        if (group.isRebalancing() && group.members.values().stream().allMatch(member -> member.joining)) {
            complete(group);
        }
    }

    private void complete(Group group) {
        // Static members that did not join in time keep their place until their session ends.
        group.members
                .values()
                .removeIf(member -> !member.joining && member.told.instanceId().isEmpty());
        group.deadline = Long.MAX_VALUE;
        group.generation++;
        final Map<String, Subscription> subscriptions = new TreeMap<>();
        group.members.forEach((id, member) -> subscriptions.put(id, member.told.subscription()));
        if (subscriptions.isEmpty()) {
            return;
        }
        final Map<String, Assignment> assignments = group.members
                .values()
                .iterator()
                .next()
                .told
                .assignor()
                .assign(broker.cluster(), new GroupSubscription(subscriptions))
                .groupAssignment();
        final long now = broker.now();
        group.members.forEach((id, member) -> {
            member.assignment = assignments.getOrDefault(id, new Assignment(List.of()));
            if (member.joining) {
                member.joining = false;
                member.heardAt = now;
            }
        });
    }
}

package org.usagestreams.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.CreatePartitionsResult;
import org.apache.kafka.clients.admin.DeleteConsumerGroupsResult;
import org.apache.kafka.clients.admin.DeleteTopicsResult;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsResult;
import org.apache.kafka.clients.admin.DescribeTopicsResult;
import org.apache.kafka.clients.admin.DescribeTransactionsResult;
import org.apache.kafka.clients.admin.FenceProducersResult;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.ListGroupsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.ListTopicsResult;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ListTransactionsResult;
import org.apache.kafka.clients.admin.MemberAssignment;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SimulatedResults;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.TopicListing;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.internals.ProducerIdAndEpoch;

/** An admin client over the simulated broker. Futures are complete when they are returned. */
@SuppressWarnings("UnusedMethod") // Called by the names of the interface.
final class SimulatedAdmin {
    private static final org.apache.kafka.common.Node NODE = new org.apache.kafka.common.Node(0, "simulated", 9092);

    private final World world;
    private final SimulatedBroker broker;

    SimulatedAdmin(World world, SimulatedBroker broker) {
        this.world = world;
        this.broker = broker;
    }

    void close() {}

    void close(Duration timeout) {}

    private static <T> KafkaFuture<T> attempt(Supplier<T> call) {
        try {
            return KafkaFuture.completedFuture(call.get());
        } catch (ApiException e) {
            final KafkaFutureImpl<T> future = new KafkaFutureImpl<>();
            future.completeExceptionally(e);
            return future;
        }
    }

    ListTransactionsResult listTransactions(ListTransactionsOptions options) {
        world.step("listTransactions");
        final long now = world.now();
        return SimulatedResults.transactions(broker.transactions().list().stream()
                .map(each -> Map.entry(each, state(each.status())))
                .filter(each -> options.filteredStates().isEmpty()
                        || options.filteredStates().contains(each.getValue()))
                .filter(each -> options.filteredDuration() < 0
                        || (each.getKey().startedAt() >= 0
                                && now - each.getKey().startedAt() > options.filteredDuration()))
                .map(each -> new TransactionListing(
                        each.getKey().transactionalId(), each.getKey().producerId(), each.getValue()))
                .toList());
    }

    DescribeTransactionsResult describeTransactions(Collection<String> ids) {
        world.step("describeTransactions");
        final Map<String, KafkaFuture<TransactionDescription>> results = new HashMap<>();
        ids.forEach(id -> results.put(id, attempt(() -> {
            final SimulatedTransactions.Described described =
                    broker.transactions().describe(id);
            return new TransactionDescription(
                    0,
                    state(described.status()),
                    described.producerId(),
                    described.epoch(),
                    described.timeoutMillis(),
                    described.startedAt() < 0 ? OptionalLong.empty() : OptionalLong.of(described.startedAt()),
                    described.partitions());
        })));
        return SimulatedResults.describedTransactions(results);
    }

    ListGroupsResult listGroups(ListGroupsOptions options) {
        return listGroups();
    }

    ListGroupsResult listGroups() {
        world.step("listGroups");
        return SimulatedResults.groups(broker.groups().names().stream()
                .map(group -> new GroupListing(
                        group, Optional.of(GroupType.CLASSIC), "consumer", Optional.of(GroupState.STABLE)))
                .toList());
    }

    private static TransactionState state(SimulatedTransactions.Status status) {
        return switch (status) {
            case EMPTY -> TransactionState.EMPTY;
            case ONGOING -> TransactionState.ONGOING;
            case PREPARE_COMMIT -> TransactionState.PREPARE_COMMIT;
            case PREPARE_ABORT -> TransactionState.PREPARE_ABORT;
            case COMPLETE_COMMIT -> TransactionState.COMPLETE_COMMIT;
            case COMPLETE_ABORT -> TransactionState.COMPLETE_ABORT;
        };
    }

    FenceProducersResult fenceProducers(Collection<String> ids) {
        world.step("fenceProducers");
        final Map<String, KafkaFuture<ProducerIdAndEpoch>> results = new HashMap<>();
        for (final String id : ids) {
            broker.transactions().fence(id);
            final SimulatedTransactions.Described now = broker.transactions().describe(id);
            results.put(id, KafkaFuture.completedFuture(new ProducerIdAndEpoch(now.producerId(), now.epoch())));
        }
        return SimulatedResults.fenced(results);
    }

    DescribeConsumerGroupsResult describeConsumerGroups(Collection<String> groups) {
        world.step("describeConsumerGroups");
        final Map<String, KafkaFuture<ConsumerGroupDescription>> results = new HashMap<>();
        groups.forEach(group -> results.put(group, KafkaFuture.completedFuture(describe(group))));
        return new DescribeConsumerGroupsResult(results);
    }

    private ConsumerGroupDescription describe(String group) {
        final List<MemberDescription> members = broker.groups().describe(group).stream()
                .map(member -> new MemberDescription(
                        member.memberId(),
                        member.instanceId(),
                        Optional.empty(),
                        member.clientId(),
                        "/127.0.0.1",
                        new MemberAssignment(new HashSet<>(member.assigned())),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()))
                .toList();
        return new ConsumerGroupDescription(
                group,
                false,
                members,
                "cooperative-sticky",
                GroupType.CLASSIC,
                members.isEmpty()
                        ? GroupState.EMPTY
                        : broker.groups().isStable(group) ? GroupState.STABLE : GroupState.PREPARING_REBALANCE,
                NODE,
                Set.of(),
                Optional.empty(),
                Optional.empty());
    }

    ListConsumerGroupOffsetsResult listConsumerGroupOffsets(String group) {
        world.step("listConsumerGroupOffsets");
        return SimulatedResults.offsets(Map.of(group, broker.groups().committed(group)));
    }

    AlterConsumerGroupOffsetsResult alterConsumerGroupOffsets(
            String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
        world.step("alterConsumerGroupOffsets");
        return SimulatedResults.altered(attempt(() -> {
            broker.groups().alter(group, offsets);
            final Map<TopicPartition, Errors> results = new HashMap<>();
            offsets.keySet().forEach(partition -> results.put(partition, Errors.NONE));
            return results;
        }));
    }

    DeleteConsumerGroupsResult deleteConsumerGroups(Collection<String> groups) {
        world.step("deleteConsumerGroups");
        final Map<String, KafkaFuture<Void>> results = new HashMap<>();
        groups.forEach(group -> results.put(group, attempt(() -> {
            broker.groups().delete(group);
            return null;
        })));
        return SimulatedResults.deletedGroups(results);
    }

    ListTopicsResult listTopics() {
        world.step("listTopics");
        final Map<String, TopicListing> listings = new HashMap<>();
        broker.topics().forEach(topic -> listings.put(topic, new TopicListing(topic, id(topic), false)));
        return SimulatedResults.topics(listings);
    }

    private static Uuid id(String topic) {
        return new Uuid(1, topic.hashCode());
    }

    DescribeTopicsResult describeTopics(Collection<String> topics) {
        world.step("describeTopics");
        final Map<String, KafkaFuture<TopicDescription>> results = new HashMap<>();
        topics.forEach(topic -> results.put(topic, attempt(() -> {
            final List<TopicPartitionInfo> partitions = new ArrayList<>();
            for (int i = 0; i < broker.partitions(topic); i++) {
                partitions.add(new TopicPartitionInfo(i, NODE, List.of(NODE), List.of(NODE)));
            }
            return new TopicDescription(topic, false, partitions, Set.of(), id(topic));
        })));
        return SimulatedResults.described(results);
    }

    CreatePartitionsResult createPartitions(Map<String, NewPartitions> topics) {
        world.step("createPartitions");
        final Map<String, KafkaFuture<Void>> results = new HashMap<>();
        topics.forEach((topic, partitions) -> results.put(topic, attempt(() -> {
            broker.addPartitions(topic, partitions.totalCount());
            return null;
        })));
        return SimulatedResults.grown(results);
    }

    DeleteTopicsResult deleteTopics(Collection<String> topics) {
        world.step("deleteTopics");
        final Map<String, KafkaFuture<Void>> results = new HashMap<>();
        topics.forEach(topic -> results.put(topic, attempt(() -> {
            broker.deleteTopic(topic);
            return null;
        })));
        return SimulatedResults.deleted(results);
    }

    ListOffsetsResult listOffsets(Map<TopicPartition, OffsetSpec> specs) {
        return offsets(specs, false);
    }

    ListOffsetsResult listOffsets(
            Map<TopicPartition, OffsetSpec> specs, org.apache.kafka.clients.admin.ListOffsetsOptions options) {
        return offsets(specs, options.isolationLevel() == org.apache.kafka.common.IsolationLevel.READ_COMMITTED);
    }

    private ListOffsetsResult offsets(Map<TopicPartition, OffsetSpec> specs, boolean committed) {
        world.step("listOffsets");
        final Map<TopicPartition, KafkaFuture<ListOffsetsResultInfo>> results = new HashMap<>();
        specs.forEach((partition, spec) -> results.put(partition, attempt(() -> {
            final long offset = spec instanceof OffsetSpec.EarliestSpec
                    ? broker.beginningOffset(partition)
                    : broker.endOffset(partition, committed);
            return new ListOffsetsResultInfo(offset, -1, Optional.empty());
        })));
        return new ListOffsetsResult(results);
    }
}

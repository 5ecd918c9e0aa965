package org.apache.kafka.clients.admin;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.internals.CoordinatorKey;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.internals.KafkaFutureImpl;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.internals.ProducerIdAndEpoch;

/** Makes results of the admin client; their constructors are not public, so this is in their package. */
public final class SimulatedResults {
    private SimulatedResults() {}

    public static ListTransactionsResult transactions(Collection<TransactionListing> listings) {
        final KafkaFutureImpl<Collection<TransactionListing>> broker = new KafkaFutureImpl<>();
        broker.complete(listings);
        return new ListTransactionsResult(KafkaFuture.completedFuture(Map.of(0, broker)));
    }

    public static DescribeTransactionsResult describedTransactions(
            Map<String, KafkaFuture<TransactionDescription>> results) {
        final Map<CoordinatorKey, KafkaFuture<TransactionDescription>> byKey = new HashMap<>();
        results.forEach((id, future) -> byKey.put(CoordinatorKey.byTransactionalId(id), future));
        return new DescribeTransactionsResult(byKey);
    }

    public static ListGroupsResult groups(Collection<GroupListing> groups) {
        return new ListGroupsResult(KafkaFuture.completedFuture(new ArrayList<>(groups)));
    }

    public static FenceProducersResult fenced(Map<String, KafkaFuture<ProducerIdAndEpoch>> results) {
        final Map<CoordinatorKey, KafkaFuture<ProducerIdAndEpoch>> byKey = new HashMap<>();
        results.forEach((id, future) -> byKey.put(CoordinatorKey.byTransactionalId(id), future));
        return new FenceProducersResult(byKey);
    }

    public static ListConsumerGroupOffsetsResult offsets(Map<String, Map<TopicPartition, OffsetAndMetadata>> groups) {
        final Map<CoordinatorKey, KafkaFuture<Map<TopicPartition, OffsetAndMetadata>>> byKey = new HashMap<>();
        groups.forEach(
                (group, offsets) -> byKey.put(CoordinatorKey.byGroupId(group), KafkaFuture.completedFuture(offsets)));
        return new ListConsumerGroupOffsetsResult(byKey);
    }

    public static AlterConsumerGroupOffsetsResult altered(KafkaFuture<Map<TopicPartition, Errors>> result) {
        return new AlterConsumerGroupOffsetsResult(result);
    }

    public static DeleteConsumerGroupsResult deletedGroups(Map<String, KafkaFuture<Void>> results) {
        return new DeleteConsumerGroupsResult(results);
    }

    public static ListTopicsResult topics(Map<String, TopicListing> listings) {
        return new ListTopicsResult(KafkaFuture.completedFuture(listings));
    }

    public static DescribeTopicsResult described(Map<String, KafkaFuture<TopicDescription>> results) {
        return new DescribeTopicsResult(null, results);
    }

    public static CreateTopicsResult created(
            Map<String, KafkaFuture<CreateTopicsResult.TopicMetadataAndConfig>> results) {
        return new CreateTopicsResult(results);
    }

    public static CreatePartitionsResult grown(Map<String, KafkaFuture<Void>> results) {
        return new CreatePartitionsResult(results);
    }

    public static DeleteTopicsResult deleted(Map<String, KafkaFuture<Void>> results) {
        return new DeleteTopicsResult((Map<Uuid, KafkaFuture<Void>>) null, results);
    }

    public static DescribeConfigsResult configs(Map<ConfigResource, KafkaFuture<Config>> results) {
        return new DescribeConfigsResult(results);
    }
}

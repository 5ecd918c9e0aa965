package org.usagestreams.simulation;

import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;

/**
 * What a member tells the coordinator when it joins.
 *
 * @param clientId as configured
 * @param instanceId of a static member
 * @param session how long it may be silent
 * @param rebalance how long it may take to join again in a rebalance
 * @param assignor the group's; the members' have to agree
 * @param subscription topics, owned partitions and user data
 */
public record GroupMember(
        String clientId,
        Optional<String> instanceId,
        Duration session,
        Duration rebalance,
        ConsumerPartitionAssignor assignor,
        ConsumerPartitionAssignor.Subscription subscription) {}

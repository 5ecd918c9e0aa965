package org.usagestreams.simulation;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** Creates objects that otherwise only Kafka's own clients create. */
public final class GroupIdentity {
    private GroupIdentity() {}

    /** A member of a generation. */
    @SuppressWarnings("removal") // Kafka has no other way to make one; a simulated consumer has to.
    public static ConsumerGroupMetadata of(String group, int generation, String member, Optional<String> instance) {
        return new ConsumerGroupMetadata(group, generation, member, instance);
    }

    /** Someone outside the group's protocol. */
    public static ConsumerGroupMetadata outside(String group) {
        return of(group, -1, "", Optional.empty());
    }
}

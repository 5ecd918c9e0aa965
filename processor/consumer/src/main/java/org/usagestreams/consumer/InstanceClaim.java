package org.usagestreams.consumer;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.topics.KafkaClients;

/**
 * The claim of one thread to its name in the group: its {@code group.instance.id}. It tells two causes of fencing
 * apart.
 *
 * <ul>
 *   <li>The transaction ended without the thread: the broker timed it out, or other instances ended it because this process
 *       was paused and had lost its membership. The thread begins anew.
 *   <li>Another living instance joined the group under the same name. Of the two, the one that was a member for two sessions
 *       keeps the name; the other one ends. Where neither was, the one that is fenced first ends.
 * </ul>
 *
 * <p>Not thread-safe.
 */
final class InstanceClaim {
    private static final Logger LOG = LoggerFactory.getLogger(InstanceClaim.class);

    private final KafkaClients clients;
    private final Map<String, Object> kafka;
    private final String group;
    private final String service;
    private final String name;
    private final Duration session;
    private final Time time;
    private boolean joined;
    private long joinedAt;

    /**
     * A claim that is not established yet.
     *
     * @param service name of the service, as its settings begin
     * @param kafka properties of an admin client
     * @param name the thread's {@code group.instance.id}
     * @param session the group's session time-out
     */
    InstanceClaim(
            String service,
            KafkaClients clients,
            Map<String, Object> kafka,
            String group,
            String name,
            Duration session,
            Time time) {
        this.service = service;
        this.clients = clients;
        this.kafka = kafka;
        this.group = group;
        this.name = name;
        this.session = session;
        this.time = time;
    }

    /** The thread is a member; only the first call counts. */
    void joined() {
        if (!joined) {
            joined = true;
            joinedAt = time.nanoseconds();
        }
    }

    /**
     * Decides whether the thread may begin anew after a failure of its clients.
     *
     * @param own the membership that the failed consumer had
     * @throws IllegalStateException if another living instance has the name, and this one has to give it up
     */
    void check(Throwable failure, ConsumerGroupMetadata own) {
        if (!isTakenOver(failure, own)) {
            return;
        }
        if (joined && time.nanoseconds() - joinedAt >= 2 * session.toNanos()) {
            LOG.warn(
                    "Another {} joined group {} as {}, which is the name of this one. This one keeps the"
                            + " name, and the other one ends. Set a different {}.instance.id for each",
                    service,
                    group,
                    name,
                    service);
            return;
        }
        throw new IllegalStateException(
                "Cannot run as " + name + ": another " + service + " that is running is a member of group " + group
                        + " under this name. Give each " + service + " its own " + service
                        + ".instance.id, or, where that"
                        + " is empty and they share a host, the same " + service + ".instance.dir",
                failure);
    }

    private boolean isTakenOver(Throwable failure, ConsumerGroupMetadata own) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof FencedInstanceIdException) {
                return true;
            }
            if (cause instanceof ProducerFencedException
                    || cause instanceof InvalidProducerEpochException
                    || cause instanceof InvalidTxnStateException
                    || cause instanceof CommitFailedException) {
                return hasForeignMember(own);
            }
        }
        return false;
    }

    /** Whether the member of this name is another one than we were; false if the broker does not tell. */
    private boolean hasForeignMember(ConsumerGroupMetadata own) {
        if (own.memberId().isEmpty()) {
            return false;
        }
        try (Admin admin = clients.admin(kafka)) {
            return admin.describeConsumerGroups(List.of(group)).describedGroups().get(group).get().members().stream()
                    .filter(member -> member.groupInstanceId().orElse("").equals(name))
                    .map(MemberDescription::consumerId)
                    .anyMatch(id -> !id.isEmpty() && !id.equals(own.memberId()));
        } catch (ExecutionException e) {
            LOG.info(
                    "Cannot look up the members of group {}: {}",
                    group,
                    e.getCause().getMessage());
            return false;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}

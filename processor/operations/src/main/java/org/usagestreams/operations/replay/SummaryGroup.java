package org.usagestreams.operations.replay;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.topics.GroupOffsets;

/** The consumer group of a Kafka Streams application. */
final class SummaryGroup {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Admin admin;
    private final Time time;
    private final String application;

    SummaryGroup(Admin admin, Time time, String application) {
        this.time = time;
        this.admin = admin;
        this.application = application;
    }

    /** The members' names; none where no processor runs. */
    List<String> members() {
        try {
            final ConsumerGroupDescription group = admin.describeConsumerGroups(List.of(application))
                    .describedGroups()
                    .get(application)
                    .get();
            return group.members().stream()
                    .map(member -> member.groupInstanceId().orElse(member.clientId()) + " on " + member.host())
                    .sorted()
                    .toList();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return List.of();
            }
            throw new KafkaException(
                    "Cannot describe the group " + application + ": "
                            + e.getCause().getMessage(),
                    e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /**
     * Waits until all members have gone; one that was stopped is remembered for a while.
     *
     * @throws IllegalStateException naming those that are left
     */
    void awaitNobody(Duration within) {
        awaitNobody(within, "processors of application " + application);
    }

    /**
     * As the other, for a group of any members.
     *
     * @param members what they are, for people
     */
    void awaitNobody(Duration within, String members) {
        final long deadline = time.nanoseconds() + within.toNanos();
        List<String> left = members();
        while (!left.isEmpty()) {
            if (time.nanoseconds() > deadline) {
                throw new IllegalStateException("Cannot continue: " + members + " are running: "
                        + left.stream().limit(8).collect(Collectors.joining(", ")) + ". Stop them and run this again.");
            }
            time.sleep(LOOK.toMillis());
            left = members();
        }
    }

    /** How far it has committed. */
    Map<TopicPartition, OffsetAndMetadata> offsets() {
        return GroupOffsets.of(admin, application).committed();
    }

    /** Sets offsets; the group has no members. */
    void set(Map<TopicPartition, OffsetAndMetadata> offsets) {
        get(admin.alterConsumerGroupOffsets(application, offsets).all());
    }

    /** Offsets of all partitions of a topic. */
    Map<TopicPartition, Long> ends(String topic, OffsetSpec spec) {
        final int partitions = get(admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .partitions()
                .size();
        final Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (int number = 0; number < partitions; number++) {
            wanted.put(new TopicPartition(topic, number), spec);
        }
        return get(admin.listOffsets(wanted).all()).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().offset()));
    }

    /** Bytes of a topic on one replica. */
    long bytes(String topic) {
        final Collection<Integer> brokers = get(admin.describeCluster().nodes()).stream()
                .map(node -> node.id())
                .toList();
        return get(admin.describeLogDirs(brokers).allDescriptions()).values().stream()
                .flatMap(directories -> directories.values().stream())
                .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                .filter(replica -> replica.getKey().topic().equals(topic))
                .collect(Collectors.toMap(
                        replica -> replica.getKey().partition(),
                        replica -> replica.getValue().size(),
                        Math::max))
                .values()
                .stream()
                .mapToLong(Long::longValue)
                .sum();
    }

    static <T> T get(KafkaFuture<T> future) {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}

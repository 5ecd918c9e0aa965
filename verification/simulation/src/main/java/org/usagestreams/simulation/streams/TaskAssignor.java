package org.usagestreams.simulation.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.TaskId;

/**
 * Assigns tasks to stream threads: a thread keeps its tasks; otherwise a task goes to an instance that has its state on disk, as long as
 * all have about the same number. A task that moves is assigned to no thread until its former owner has joined again without it. Its
 * next owner joins again at once, so it gets the task even if the former owner restarts instead.
 */
final class TaskAssignor implements ConsumerPartitionAssignor {
    private static final ByteBuffer AGAIN = ByteBuffer.wrap(new byte[] {1});

    private final Wiring wiring;

    TaskAssignor(Wiring wiring) {
        this.wiring = wiring;
    }

    @Override
    public String name() {
        return "simulated-stream";
    }

    @Override
    public List<RebalanceProtocol> supportedProtocols() {
        return List.of(RebalanceProtocol.COOPERATIVE);
    }

    /** Tasks whose state a member has on disk, as its user data. */
    static ByteBuffer userData(Set<TaskId> onDisk) {
        final StringBuilder text = new StringBuilder();
        onDisk.forEach(task -> text.append(task).append(','));
        return ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** Whether the member has to join again at once. */
    static boolean isAgain(Assignment assignment) {
        return assignment.userData() != null && assignment.userData().hasRemaining();
    }

    private static Set<String> onDisk(Subscription subscription) {
        return subscription.userData() == null
                ? Set.of()
                : Set.of(StandardCharsets.UTF_8
                        .decode(subscription.userData().duplicate())
                        .toString()
                        .split(",", -1));
    }

    @Override
    public GroupAssignment assign(Cluster metadata, GroupSubscription group) {
        final Map<String, Subscription> members = new TreeMap<>(group.groupSubscription());
        final Map<TaskId, List<TopicPartition>> tasks = tasks(wiring, metadata);
        final Map<TaskId, String> owners = new HashMap<>();
        final Map<String, Set<String>> disks = new HashMap<>();
        members.forEach((member, subscription) -> {
            final Set<TopicPartition> owned = new HashSet<>(subscription.ownedPartitions());
            tasks.forEach((task, partitions) -> {
                if (owned.contains(partitions.get(0))) {
                    owners.putIfAbsent(task, member);
                }
            });
            disks.put(member, onDisk(subscription));
        });
        final int most = (tasks.size() + members.size() - 1) / members.size();
        final Map<String, Integer> load = new HashMap<>();
        final Map<TaskId, String> target = new TreeMap<>();
        tasks.keySet().forEach(task -> take(target, load, task, owners.get(task), most));
        tasks.keySet().forEach(task -> members.keySet().stream()
                .filter(member -> disks.get(member).contains(task.toString()))
                .forEach(member -> take(target, load, task, member, most)));
        tasks.keySet().forEach(task -> members.keySet().stream()
                .min(Comparator.comparing(member -> load.getOrDefault(member, 0)))
                .ifPresent(member -> take(target, load, task, member, Integer.MAX_VALUE)));
        final Map<String, Assignment> assignments = new HashMap<>();
        members.keySet().forEach(member -> {
            final List<TopicPartition> given = new ArrayList<>();
            boolean again = false;
            for (final Map.Entry<TaskId, String> task : target.entrySet()) {
                if (task.getValue().equals(member)) {
                    if (owners.getOrDefault(task.getKey(), member).equals(member)) {
                        given.addAll(tasks.get(task.getKey()));
                    } else {
                        again = true;
                    }
                }
            }
            assignments.put(member, again ? new Assignment(given, AGAIN.duplicate()) : new Assignment(given));
        });
        return new GroupAssignment(assignments);
    }

    private static void take(
            Map<TaskId, String> target, Map<String, Integer> load, TaskId task, String member, int most) {
        if (member != null && !target.containsKey(task) && load.getOrDefault(member, 0) < most) {
            target.put(task, member);
            load.merge(member, 1, Integer::sum);
        }
    }

    /** All tasks with the partitions that they read. */
    static Map<TaskId, List<TopicPartition>> tasks(Wiring wiring, Cluster cluster) {
        final Map<TaskId, List<TopicPartition>> tasks = new TreeMap<>();
        for (final Wiring.Part part : wiring.parts()) {
            for (final String topic : part.topics()) {
                for (int i = 0; i < cluster.partitionCountForTopic(topic); i++) {
                    tasks.computeIfAbsent(new TaskId(part.id(), i), id -> new ArrayList<>())
                            .add(new TopicPartition(topic, i));
                }
            }
        }
        return tasks;
    }
}

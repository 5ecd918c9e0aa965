package org.usagestreams.simulation.streams;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.TaskId;
import org.usagestreams.simulation.Fetched;
import org.usagestreams.simulation.GroupIdentity;
import org.usagestreams.simulation.GroupMember;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.SimulatedGroups;

/**
 * A stream thread: a member of the group, with its tasks and one transaction for all of them. Each step is one turn of the
 * loop of Kafka Streams: membership, restoring, fetching, processing, punctuations, commit.
 */
final class StreamThread implements TaskOutput {
    private static final int FETCH = 20;

    /** An idle thread looks again after twice as long as the last time, from the first to the last. */
    private static final long FIRST_PAUSE = 20;

    private final SimulatedBroker broker;
    private final Host host;
    private final StreamsOptions options;
    private final Wiring wiring;
    private final Map<TaskId, TaskState> disk;
    private final TaskAssignor assignor;
    private final ThreadProducer producer;
    private final String clientId;
    private final Optional<String> instanceId;
    private final Map<TaskId, SimulatedTask> running = new TreeMap<>();
    private final Map<TaskId, Restoration> restoring = new TreeMap<>();
    private String memberId = "";
    private int generation = -1;
    private boolean joining = true;
    private boolean asked;
    private boolean begun;
    private long committedAt;
    private long pause = FIRST_PAUSE;

    /**
     * A thread that has not joined yet.
     *
     * @param disk the state directory of the instance
     */
    StreamThread(
            SimulatedBroker broker,
            Host host,
            StreamsOptions options,
            Wiring wiring,
            Map<TaskId, TaskState> disk,
            int number) {
        this.broker = broker;
        this.host = host;
        this.options = options;
        this.wiring = wiring;
        this.disk = disk;
        assignor = new TaskAssignor(wiring);
        clientId = options.application() + "-" + options.instance() + "-StreamThread-" + number;
        instanceId = Optional.of(options.instance() + "-" + number);
        producer = new ThreadProducer(
                broker, host, options, options.application() + "-" + options.instance() + "-" + number);
    }

    /**
     * One turn of the loop.
     *
     * @return when the next is to come, in milliseconds since 1970
     * @throws RuntimeException what ends the thread
     */
    long step() {
        try {
            if (!begun) {
                producer.init();
                begun = true;
            }
            final boolean joined = membership();
            final boolean restored = restore();
            final boolean worked = work();
            pause = joined || restored || worked
                    ? FIRST_PAUSE
                    : Math.min(2 * pause, options.session().toMillis() / 4);
        } catch (ProducerFencedException
                | InvalidProducerEpochException
                | UnknownMemberIdException
                | IllegalGenerationException e) {
            // What Kafka Streams calls migrated: all tasks are given up, and the thread joins anew.
            lose();
        }
        final long next = running.values().stream()
                .mapToLong(SimulatedTask::nextPunctuation)
                .min()
                .orElse(Long.MAX_VALUE);
        return Math.max(host.now() + 1, Math.min(next, host.now() + pause));
    }

    // Membership.

    /** Whether something changed. */
    private boolean membership() {
        if (!joining) {
            try {
                broker.groups().heartbeat(options.application(), memberId, instanceId, generation);
                return false;
            } catch (RebalanceInProgressException e) {
                joining = true;
                asked = false;
            }
        }
        if (!asked) {
            memberId = broker.groups().join(options.application(), memberId, member());
            asked = true;
        }
        final Optional<SimulatedGroups.Joined> joined =
                broker.groups().joined(options.application(), memberId, instanceId);
        joined.ifPresent(this::joined);
        return joined.isPresent();
    }

    /** What the consumer's heartbeat thread does, however long the stream thread is busy; when it does so next. */
    long beat() {
        if (!joining) {
            try {
                broker.groups().heartbeat(options.application(), memberId, instanceId, generation);
            } catch (ApiException e) {
                // The stream thread finds out by itself.
                return host.now() + options.session().toMillis() / 3;
            }
        }
        return host.now() + options.session().toMillis() / 3;
    }

    private GroupMember member() {
        final List<TopicPartition> owned = new ArrayList<>();
        final Map<TaskId, List<TopicPartition>> tasks = TaskAssignor.tasks(wiring, broker.cluster());
        running.keySet().forEach(task -> owned.addAll(tasks.get(task)));
        restoring.keySet().forEach(task -> owned.addAll(tasks.get(task)));
        return new GroupMember(
                clientId,
                instanceId,
                options.session(),
                options.session().multipliedBy(6),
                assignor,
                new Subscription(List.copyOf(wiring.topics()), TaskAssignor.userData(disk.keySet()), owned));
    }

    private void joined(SimulatedGroups.Joined joined) {
        joining = false;
        generation = joined.generation();
        final Set<TopicPartition> partitions = Set.copyOf(joined.assignment().partitions());
        final Map<TaskId, List<TopicPartition>> assigned = TaskAssignor.tasks(wiring, broker.cluster());
        assigned.values().removeIf(some -> !partitions.contains(some.get(0)));
        final List<TaskId> revoked = new ArrayList<>(running.keySet());
        revoked.removeAll(assigned.keySet());
        final boolean gave =
                !revoked.isEmpty() || restoring.keySet().stream().anyMatch(task -> !assigned.containsKey(task));
        if (!revoked.isEmpty()) {
            commit();
            revoked.forEach(task -> running.remove(task).closeClean());
        }
        restoring.keySet().removeIf(task -> {
            final boolean gone = !assigned.containsKey(task);
            if (gone) {
                restoring.get(task).task().closeDirty();
            }
            return gone;
        });
        assigned.keySet().forEach(task -> {
            if (!running.containsKey(task) && !restoring.containsKey(task)) {
                restoring.put(task, new Restoration(broker, options.application(), create(task)));
            }
        });
        if (gave || TaskAssignor.isAgain(joined.assignment())) {
            // Tasks that move get to who is to have them in the rebalance that this begins.
            joining = true;
            asked = false;
        }
    }

    private SimulatedTask create(TaskId id) {
        final TaskState state = disk.computeIfAbsent(id, task -> new TaskState());
        return new SimulatedTask(id, wiring.parts().get(id.subtopology()), state, this, options.application());
    }

    // Work.

    /** Whether something was restored. */
    private boolean restore() {
        final List<TaskId> done = new ArrayList<>();
        restoring.forEach((id, restoration) -> {
            if (restoration.advance(disk.get(id))) {
                done.add(id);
            }
        });
        done.forEach(id -> {
            final Restoration restoration = restoring.remove(id);
            running.put(id, restoration.task());
            restoration.task().start(restoration.positions());
        });
        return !restoring.isEmpty() || !done.isEmpty();
    }

    private boolean work() {
        boolean worked = false;
        for (final SimulatedTask task : running.values()) {
            fetch(task);
            final long now = host.now();
            final int most = 1 + host.random().nextInt(FETCH);
            for (int i = 0; i < most && task.process(now); i++) {
                worked = true;
                host.mayDie();
            }
        }
        for (final SimulatedTask task : running.values()) {
            worked |= task.punctuate();
        }
        if (running.values().stream().anyMatch(SimulatedTask::isCommitRequested)
                || host.now() - committedAt >= options.commit().toMillis()) {
            commit();
        }
        return worked || running.values().stream().anyMatch(SimulatedTask::isCommitNeeded);
    }

    private void fetch(SimulatedTask task) {
        task.queues().forEach((partition, queue) -> {
            if (queue.size() < FETCH && host.random().nextInt(4) > 0) {
                Fetched fetched;
                try {
                    fetched = broker.fetch(
                            partition, queue.position(), 1 + host.random().nextInt(FETCH), true);
                } catch (OffsetOutOfRangeException e) {
                    fetched = broker.fetch(partition, broker.beginningOffset(partition), FETCH, true);
                }
                queue.add(fetched);
            }
        });
    }

    private void commit() {
        committedAt = host.now();
        final List<SimulatedTask> tasks =
                running.values().stream().filter(SimulatedTask::isCommitNeeded).toList();
        if (tasks.isEmpty()) {
            return;
        }
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        tasks.forEach(task ->
                task.consumed().forEach((partition, offset) -> offsets.put(partition, new OffsetAndMetadata(offset))));
        producer.commit(GroupIdentity.of(options.application(), generation, memberId, instanceId), offsets);
        tasks.forEach(SimulatedTask::committed);
    }

    // Ends.

    /** Gives up all tasks and joins anew. */
    void lose() {
        running.values().forEach(SimulatedTask::closeDirty);
        restoring.values().forEach(restoration -> restoration.task().closeDirty());
        running.clear();
        restoring.clear();
        producer.abort();
        begun = false;
        memberId = "";
        generation = -1;
        joining = true;
        asked = false;
    }

    /** Commits, and leaves the state with checkpoints; the membership stays until its session ends. */
    void close() {
        try {
            commit();
            running.values().forEach(SimulatedTask::closeClean);
            restoring.values().forEach(restoration -> restoration.task().closeDirty());
            running.clear();
            restoring.clear();
        } catch (RuntimeException e) {
            lose();
        }
    }

    /** Tasks that run. */
    Set<TaskId> tasks() {
        return running.keySet();
    }

    /** Tasks that run or are restored. */
    Set<TaskId> owned() {
        final Set<TaskId> owned = new TreeSet<>(running.keySet());
        owned.addAll(restoring.keySet());
        return owned;
    }

    /** Whether it is a member of the group and has restored all of its tasks. */
    boolean isFollowing() {
        return !joining && restoring.isEmpty();
    }

    // What tasks need.

    @Override
    public long send(TopicPartition partition, byte[] key, byte[] value, List<Header> headers, long timestamp) {
        host.mayDie();
        return producer.send(partition, key, value, headers, timestamp);
    }

    @Override
    public int partitions(String topic) {
        return broker.partitions(topic);
    }

    @Override
    public long now() {
        return host.now();
    }

    @Override
    public void accessed(String store) {
        if (store.equals("published")) {
            host.spend(options.dayMillis());
        }
    }
}

package org.usagestreams.simulation.streams;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.streams.processor.TaskId;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.TopicOptions;

/**
 * An instance of the application, as {@code SummaryService} runs it: some stream threads that share a state directory; one that
 * dies is replaced, and too many deaths within some minutes end the instance. For one thread at a time.
 */
public final class SimulatedStreams {
    private static final int DEATHS = 10;

    /** Default of {@code state.cleanup.delay.ms}. */
    private static final Duration CLEANUP_DELAY = Duration.ofMinutes(10);

    private static final Duration DEATHS_WITHIN = Duration.ofMinutes(5);

    private final Host host;
    private final StateDirectory directory;
    private final List<StreamThread> threads = new ArrayList<>();
    private final Deque<Long> deaths = new ArrayDeque<>();
    private RuntimeException lastDeath;
    private int allDeaths;
    private boolean failed;
    private boolean ended;

    /** The state directory of a host; it outlives instances. */
    public static final class StateDirectory {
        private final Map<TaskId, TaskState> tasks = new TreeMap<>();
        private final Map<TaskId, Long> usedAt = new HashMap<>();
        /** When all threads of an instance last followed the changelogs. */
        private long followedAt;

        /** Loses all of it, as a new disk has. */
        public void wipe() {
            tasks.clear();
            usedAt.clear();
        }

        /** What Kafka Streams' cleaner does: the state of tasks that are elsewhere goes after a while. */
        private void clean(Set<TaskId> owned, long now) {
            owned.forEach(task -> usedAt.put(task, now));
            tasks.keySet().removeIf(task -> now - usedAt.computeIfAbsent(task, t -> now) > CLEANUP_DELAY.toMillis());
        }
    }

    /** An instance; its threads begin with their first step. */
    public SimulatedStreams(
            SimulatedBroker broker, Host host, StreamsOptions options, Wiring wiring, StateDirectory directory) {
        this.host = host;
        this.directory = directory;
        directory.tasks.values().forEach(TaskState::free);
        // As StateHeartbeat does: what was away for too long may have missed tombstones.
        if (host.now() - directory.followedAt > options.usableState().toMillis()) {
            directory.wipe();
        }
        createChangelogs(broker, options, wiring);
        for (int i = 1; i <= options.threads(); i++) {
            threads.add(new StreamThread(broker, host, options, wiring, directory.tasks, i));
        }
    }

    /** As Kafka Streams does, with its defaults but for the time that tombstones stay. */
    private static void createChangelogs(SimulatedBroker broker, StreamsOptions options, Wiring wiring) {
        final Map<String, Integer> partitions = new HashMap<>();
        for (final Wiring.Part part : wiring.parts()) {
            final int tasks =
                    part.topics().stream().mapToInt(broker::partitions).max().orElse(0);
            part.stores().values().stream()
                    .filter(store -> store.source() == null)
                    .forEach(store ->
                            partitions.put(SimulatedTask.changelogTopic(options.application(), store.name()), tasks));
        }
        partitions.keySet().removeAll(broker.topics());
        partitions.forEach((topic, count) ->
                broker.createTopic(topic, count, TopicOptions.compacted(Duration.ZERO, options.changelogTombstones())));
    }

    /** The number of threads. */
    public int threads() {
        return threads.size();
    }

    /**
     * A step of a thread.
     *
     * @return when its next is to come, in milliseconds; {@link Long#MAX_VALUE} where the instance has ended
     * @throws ProcessKilledError if the process is killed within
     */
    public long step(int thread) {
        if (ended) {
            return Long.MAX_VALUE;
        }
        try {
            final Set<TaskId> owned = new TreeSet<>();
            threads.forEach(one -> owned.addAll(one.owned()));
            directory.clean(owned, host.now());
            final long next = threads.get(thread).step();
            if (threads.stream().allMatch(StreamThread::isFollowing)) {
                directory.followedAt = host.now();
            }
            return next;
        } catch (ProcessKilledError e) {
            ended = true;
            throw e;
        } catch (RuntimeException e) {
            died(thread, e);
            return host.now() + 1;
        }
    }

    /** A step of a thread's heartbeats; when the next is to come. */
    public long beat(int thread) {
        return ended ? Long.MAX_VALUE : threads.get(thread).beat();
    }

    private void died(int thread, RuntimeException cause) {
        lastDeath = cause;
        allDeaths++;
        threads.get(thread).lose();
        deaths.add(host.now());
        deaths.removeIf(at -> host.now() - at > DEATHS_WITHIN.toMillis());
        if (deaths.size() > DEATHS) {
            failed = true;
            ended = true;
            threads.forEach(StreamThread::lose);
        }
    }

    /** Commits and ends. */
    public void close() {
        if (!ended) {
            ended = true;
            threads.forEach(StreamThread::close);
        }
    }

    /** The process is gone at once. */
    public void kill() {
        ended = true;
    }

    /** Whether deaths of threads have ended the instance. */
    public boolean isFailed() {
        return failed;
    }

    /** How many threads died. */
    public int deaths() {
        return allDeaths;
    }

    /** What the last thread died of; null for none. */
    public RuntimeException lastDeath() {
        return lastDeath;
    }

    /** Tasks that run, by thread. */
    public List<List<TaskId>> tasks() {
        return threads.stream().map(thread -> List.copyOf(thread.tasks())).toList();
    }
}

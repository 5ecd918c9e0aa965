package org.usagestreams.simulation.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import org.apache.kafka.common.TopicPartition;

/**
 * A task's state on disk: its stores, and, if it was closed cleanly, how far each was written. As in Kafka Streams with exactly-once
 * semantics a task that opens its state takes the checkpoint away, and without one the state is wiped.
 */
final class TaskState {
    private final Map<String, NavigableMap<String, byte[]>> stores = new HashMap<>();
    private Map<TopicPartition, Long> checkpoint;
    private SimulatedTask holder;

    /** Takes the lock on the state; false while another task of the process has it. */
    boolean lock(SimulatedTask task) {
        if (holder == null) {
            holder = task;
        }
        return holder == task;
    }

    /** Gives the lock back; whether the task had it, and may touch the state. */
    boolean unlock(SimulatedTask task) {
        final boolean held = holder == task;
        holder = held ? null : holder;
        return held;
    }

    /** The process that had the lock is gone. */
    void free() {
        holder = null;
    }

    /** Opens the state: offsets to restore from, by changelog; empty if the state begins anew. */
    Map<TopicPartition, Long> open() {
        final Map<TopicPartition, Long> offsets = checkpoint == null ? Map.of() : checkpoint;
        checkpoint = null;
        if (offsets.isEmpty()) {
            stores.clear();
        }
        return offsets;
    }

    /** The entries of a store; the same map for as long as the state is not wiped. */
    NavigableMap<String, byte[]> store(String name) {
        return stores.computeIfAbsent(name, n -> MemoryStore.entries());
    }

    /** Writes the checkpoint of a clean close. */
    void close(Map<TopicPartition, Long> offsets) {
        checkpoint = Map.copyOf(offsets);
    }

    /** Removes everything. */
    void wipe() {
        stores.clear();
        checkpoint = null;
    }
}

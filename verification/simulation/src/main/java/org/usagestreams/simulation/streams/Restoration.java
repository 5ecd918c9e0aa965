package org.usagestreams.simulation.streams;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.usagestreams.simulation.Fetched;
import org.usagestreams.simulation.SimulatedBroker;

/** Restores a task's stores from their changelogs, a batch of each a step. */
final class Restoration {
    private static final int BATCH = 100;

    private final SimulatedBroker broker;
    private final String application;
    private final SimulatedTask task;
    private final Map<TopicPartition, Long> at = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private boolean begun;

    Restoration(SimulatedBroker broker, String application, SimulatedTask task) {
        this.broker = broker;
        this.application = application;
        this.task = task;
    }

    SimulatedTask task() {
        return task;
    }

    /** Takes the next step; whether all is restored. */
    boolean advance(TaskState state) {
        if (!state.lock(task)) {
            return false;
        }
        if (!begun) {
            // Offsets in an open transaction are waited for: what it wrote is not known to be committed yet.
            if (task.inputs().stream().anyMatch(input -> broker.groups().isPending(application, input))) {
                return false;
            }
            begin(state);
        }
        boolean done = true;
        for (final Map.Entry<String, TopicPartition> changelog :
                task.changelogs().entrySet()) {
            done &= advance(state, changelog.getKey(), changelog.getValue());
        }
        return done;
    }

    private void begin(TaskState state) {
        begun = true;
        final Map<TopicPartition, Long> checkpoint = state.open();
        final Map<TopicPartition, OffsetAndMetadata> committed = broker.groups().committed(application);
        task.changelogs().forEach((store, changelog) -> {
            at.put(changelog, checkpoint.getOrDefault(changelog, broker.beginningOffset(changelog)));
            // As Kafka Streams, up to the log's end: what lies behind an open transaction may be committed, and is
            // waited for.
            long end = broker.endOffset(changelog, false);
            if (task.inputs().contains(changelog)) {
                final OffsetAndMetadata offset = committed.get(changelog);
                end = Math.min(end, offset == null ? 0 : offset.offset());
            }
            ends.put(changelog, end);
        });
    }

    private boolean advance(TaskState state, String store, TopicPartition changelog) {
        final long from = at.get(changelog);
        final long end = ends.get(changelog);
        if (from >= end) {
            task.restore(store, changelog, java.util.List.of(), from);
            return true;
        }
        try {
            final Fetched fetched = broker.fetch(changelog, from, BATCH, true);
            task.restore(
                    store,
                    changelog,
                    fetched.records().stream()
                            .filter(record -> record.offset() < end)
                            .toList(),
                    Math.min(end, fetched.next()));
            at.put(changelog, fetched.next());
            return fetched.next() >= end;
        } catch (OffsetOutOfRangeException e) {
            // Kafka Streams calls the task corrupted: the state is wiped and restored from the beginning.
            state.wipe();
            begun = false;
            return false;
        }
    }

    /** Where the task's inputs go on. */
    Map<TopicPartition, Long> positions() {
        final Map<TopicPartition, OffsetAndMetadata> committed = broker.groups().committed(application);
        final Map<TopicPartition, Long> positions = new HashMap<>();
        task.inputs().forEach(input -> {
            final OffsetAndMetadata offset = committed.get(input);
            positions.put(input, offset == null ? broker.beginningOffset(input) : offset.offset());
        });
        return positions;
    }
}

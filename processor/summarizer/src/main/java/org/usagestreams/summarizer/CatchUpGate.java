package org.usagestreams.summarizer;

import org.apache.kafka.streams.state.KeyValueStore;
import org.usagestreams.wire.message.Reading;

/**
 * Holds back a task's days while it reads its partition of the chunk topic from the beginning: with an empty chunk store, or
 * since its group was set back to an earlier offset. A day that is summarised before all is read would be summarised of a
 * part of its objects.
 *
 * <p>Not thread-safe: each task has its own.
 */
final class CatchUpGate {
    /** The one key of the store. */
    private static final String KEY = "chunks";

    /** How often the broker is asked whether all is read. */
    private static final long LOOK_MILLIS = 1_000;

    private final KeyValueStore<String, Reading> store;
    private final ReadProgress progress;
    private final int partition;
    private Reading reading;
    private long nextLook;

    /**
     * The gate as the state has it.
     *
     * @param progress is asked whether all is read
     */
    CatchUpGate(KeyValueStore<String, Reading> store, ReadProgress progress, int partition) {
        this.store = store;
        this.progress = progress;
        this.partition = partition;
        reload();
    }

    /** Whether a task that begins with that offset reads what it has read before. */
    boolean isSetBack(long offset) {
        return offset < reading.getChunkOffset();
    }

    /** From now on the topic is read anew, and days wait. */
    void shut() {
        put(reading.toBuilder().setAnew(true).setChunkOffset(0));
    }

    /** Whether days have to wait. */
    boolean isShut() {
        return reading.getAnew();
    }

    /** Takes over what another processor of the task has found. */
    void reload() {
        final Reading stored = store.get(KEY);
        reading = stored == null ? Reading.getDefaultInstance() : stored;
    }

    /** All was read up to that offset. */
    void readTo(long offset) {
        if (offset > reading.getChunkOffset()) {
            put(reading.toBuilder().setChunkOffset(offset));
        }
    }

    /**
     * Opens the gate if all is read by now.
     *
     * @param now wall-clock milliseconds
     * @return whether it was opened just now
     */
    boolean open(long now) {
        if (!isShut() || now < nextLook) {
            return false;
        }
        nextLook = now + LOOK_MILLIS;
        if (!progress.isRead(partition)) {
            return false;
        }
        put(reading.toBuilder().setAnew(false));
        return true;
    }

    private void put(Reading.Builder changed) {
        reading = changed.build();
        store.put(KEY, reading);
    }
}

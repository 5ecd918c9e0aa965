package org.usagestreams.topology;

import com.google.protobuf.InvalidProtocolBufferException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.streams.state.KeyValueStore;
import org.usagestreams.chunk.wire.Reading;

/**
 * Whether a task reads its partition of the chunk topic anew: with an empty chunk store, or since its group was set back to an
 * earlier offset. Until all is read that is there, a day would be summarised of a part of its objects; so no day is.
 */
final class Rereading {
    /** The one key of the store. */
    private static final String KEY = "chunks";

    private final KeyValueStore<String, byte[]> store;
    private Reading now;

    Rereading(KeyValueStore<String, byte[]> store) {
        this.store = store;
        reload();
    }

    /** Whether a task that begins with that offset reads what it has read before. */
    boolean isSetBack(long offset) {
        return offset < now.getChunkOffset();
    }

    /** From now on the topic is read anew. */
    void begin() {
        put(now.toBuilder().setAnew(true).setChunkOffset(0));
    }

    /** Whether days have to wait. */
    boolean isUnderWay() {
        return now.getAnew();
    }

    /** Takes over what another processor of the task has found. */
    void reload() {
        final byte[] value = store.get(KEY);
        try {
            now = value == null ? Reading.getDefaultInstance() : Reading.parseFrom(value);
        } catch (InvalidProtocolBufferException e) {
            throw new CorruptRecordException("store " + Names.READING + ": " + e.getMessage());
        }
    }

    /** All was read up to that offset. */
    void readTo(long offset) {
        if (offset > now.getChunkOffset()) {
            put(now.toBuilder().setChunkOffset(offset));
        }
    }

    /** Days need not wait any more. */
    void end() {
        put(now.toBuilder().setAnew(false));
    }

    private void put(Reading.Builder reading) {
        now = reading.build();
        store.put(KEY, now.toByteArray());
    }
}

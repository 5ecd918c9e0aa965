package org.usagestreams.summarizer;

import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueStore;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.DaySlice;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.SliceStatus;

/**
 * The whole slices of each day as they were when the day was last summarised: a record for each slice, so no record grows with the number
 * of objects. A slice is known by the digests of object and version, {@code object|version}.
 */
final class DaySlices {
    private final ProtobufStore<DaySlice> store;

    DaySlices(KeyValueStore<String, byte[]> store) {
        this.store = new ProtobufStore<>(store, DaySlice.parser());
    }

    /** The id of a version's slice. */
    static String idOf(ObjectVersion version) {
        return Versions.objectId(version) + "|" + Versions.versionId(version);
    }

    /** The id of the slice that a record of the chunk topic belongs to. */
    static String idOf(ChunkKey key) {
        return key.object() + "|" + key.version();
    }

    /** Whether the day's rows were derived from the slice. A null slice is none. */
    static boolean isLive(DaySlice slice) {
        return slice != null
                && (slice.getStatus() == SliceStatus.COUNTED || slice.getStatus() == SliceStatus.NO_LINE_ITEM_LEFT);
    }

    /** Whether the slice of that record was there when the day was last summarised. */
    boolean has(ChunkKey key) {
        return store.get(key(key.day(), idOf(key))) != null;
    }

    /** All slices of a day, by id. */
    SortedMap<String, DaySlice> load(DayKey day) {
        final SortedMap<String, DaySlice> slices = new TreeMap<>();
        final String prefix = key(day, "");
        store.scan(prefix, (key, slice) -> slices.put(key.substring(prefix.length()), slice));
        return slices;
    }

    void put(DayKey day, String id, DaySlice slice) {
        store.put(key(day, id), slice);
    }

    void remove(DayKey day, String id) {
        store.delete(key(day, id));
    }

    private static String key(DayKey day, String id) {
        return day + "|" + id;
    }
}

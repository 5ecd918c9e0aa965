package org.usagestreams.summarizer;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.MalformedChunkException;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.SliceEnd;

/** Reads the chunk store by day and slice. */
final class ChunkStore {
    private final ReadOnlyKeyValueStore<String, byte[]> store;
    private final StringSerializer prefixes = new StringSerializer();

    ChunkStore(ReadOnlyKeyValueStore<String, byte[]> store) {
        this.store = store;
    }

    /** Whether it is empty. */
    boolean isEmpty() {
        try (KeyValueIterator<String, byte[]> all = store.all()) {
            return !all.hasNext();
        }
    }

    /** All ends of a day; those that are none are left out, they were reported when they came. */
    List<SliceEnd> ends(DayKey day) {
        return endsOf(ChunkKey.endPrefix(day));
    }

    /** The ends of all versions of an object on a day. */
    List<SliceEnd> ends(DayKey day, String object) {
        return endsOf(ChunkKey.endPrefix(day, object));
    }

    private List<SliceEnd> endsOf(String prefix) {
        final List<SliceEnd> ends = new ArrayList<>();
        try (KeyValueIterator<String, byte[]> found = store.prefixScan(prefix, prefixes)) {
            while (found.hasNext()) {
                parse(found.next().value).ifPresent(ends::add);
            }
        }
        return ends;
    }

    /** Of the chunk topic, and so from outside: {@link CorruptStateException} is about state of our own. */
    private static Optional<SliceEnd> parse(byte[] value) {
        try {
            return Optional.of(SliceEnd.parseFrom(value));
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** Whether the end of the chunk's slice has arrived, and is that of the chunk's splitting. */
    boolean isAnnounced(ChunkKey key) {
        final byte[] end = store.get(key.endKey().toString());
        return end != null
                && parse(end)
                        .filter(slice -> slice.getSplitting().equals(key.splitting()))
                        .isPresent();
    }

    /** Whether it has every announced chunk. */
    boolean isWhole(SliceEnd end) {
        final int announced = end.getChunks();
        // The last chunk comes last: where it is missing, the others need not be counted.
        if (announced == 0 || store.get(rowPrefix(end) + String.format("%08d", announced - 1)) == null) {
            return announced == 0;
        }
        if (announced == 1) {
            return true;
        }
        int count = 0;
        try (KeyValueIterator<String, byte[]> chunks = store.prefixScan(rowPrefix(end), prefixes)) {
            while (chunks.hasNext()) {
                chunks.next();
                count++;
            }
        }
        return count == announced;
    }

    /** Tombstones for all that is there of a day, the ends first. */
    List<ChunkTombstone> tombstones(DayKey day) {
        final List<ChunkTombstone> tombstones = new ArrayList<>();
        final String ends = ChunkKey.endPrefix(day);
        try (KeyValueIterator<String, byte[]> found = store.prefixScan(day + "|", prefixes)) {
            found.forEachRemaining(entry ->
                    tombstones.add(new ChunkTombstone(entry.key, entry.key.startsWith(ends) ? entry.value : null)));
        }
        return tombstones;
    }

    /** Tombstones for all that is there of a version on a day, chunks of every splitting, the end first. */
    List<ChunkTombstone> tombstones(DayKey day, ObjectVersion version) {
        final String object = Versions.objectId(version);
        final String id = Versions.versionId(version);
        final List<ChunkTombstone> tombstones = new ArrayList<>();
        final String endKey = ChunkKey.end(day, object, id).toString();
        final byte[] end = store.get(endKey);
        if (end != null) {
            tombstones.add(new ChunkTombstone(endKey, end));
        }
        try (KeyValueIterator<String, byte[]> chunks =
                store.prefixScan(ChunkKey.rowPrefix(day, object, id), prefixes)) {
            while (chunks.hasNext()) {
                tombstones.add(new ChunkTombstone(chunks.next().key, null));
            }
        }
        return tombstones;
    }

    /**
     * The chunks of a slice in order, decoded as they are asked for.
     *
     * <p>Iterating throws {@link UnreadableSliceException} at a chunk that is none.
     */
    Iterable<Chunk> chunks(SliceEnd end) {
        final String prefix = rowPrefix(end);
        return () -> new Iterator<>() {
            private int number;

            @Override
            public boolean hasNext() {
                return number < end.getChunks();
            }

            @Override
            public Chunk next() {
                final String key = prefix + String.format("%08d", number++);
                final byte[] value = store.get(key);
                try {
                    if (value == null) {
                        throw new MalformedChunkException("missing, though it was counted");
                    }
                    final Chunk chunk = ChunkCodec.decode(value);
                    // Throws where it is missing, and no chunk can be summarised without.
                    chunk.intervalStart();
                    return chunk;
                } catch (MalformedChunkException e) {
                    throw new UnreadableSliceException(end, key, value, e);
                }
            }
        };
    }

    /** What is wrong with the first chunk of a slice that cannot be read; empty if each can. */
    Optional<UnreadableSliceException> failure(SliceEnd end) {
        try {
            chunks(end).forEach(chunk -> {});
            return Optional.empty();
        } catch (UnreadableSliceException e) {
            return Optional.of(e);
        }
    }

    private static String rowPrefix(SliceEnd end) {
        final ObjectVersion version = end.getSlice().getVersion();
        return ChunkKey.rowPrefix(
                DayKey.of(end.getSlice()), Versions.objectId(version), Versions.versionId(version), end.getSplitting());
    }

    /** A slice with a chunk that cannot be read. */
    static final class UnreadableSliceException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient SliceEnd end;
        private final String key;
        private final transient byte[] value;

        UnreadableSliceException(SliceEnd end, String key, byte[] value, MalformedChunkException cause) {
            super(cause.getMessage(), cause);
            this.end = end;
            this.key = key;
            this.value = value;
        }

        SliceEnd end() {
            return end;
        }

        String key() {
            return key;
        }

        byte[] value() {
            return value;
        }
    }
}

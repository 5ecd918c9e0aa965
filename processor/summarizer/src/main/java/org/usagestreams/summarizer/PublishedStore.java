package org.usagestreams.summarizer;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import net.jpountz.xxhash.XXHash64;
import net.jpountz.xxhash.XXHashFactory;
import org.apache.kafka.streams.state.KeyValueStore;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.PublishedRows;

/**
 * What was last published for each day: a digest for each row, 24 bytes a row, in 256 blocks by the uuid's first byte. A block is written
 * when a row of it changes; one with many rows is written in parts, so no record grows with the rows.
 */
final class PublishedStore {
    private static final int UUID_BYTES = 16;

    /** How many blocks a day has. */
    static final int BLOCKS = 256;

    /** Most rows of a record: 24 bytes each, 384 KB. */
    static final int PART_ROWS = 16_384;

    private static final XXHash64 DIGEST = XXHashFactory.fastestInstance().hash64();

    private final ProtobufStore<PublishedRows> store;

    PublishedStore(KeyValueStore<String, byte[]> store) {
        this.store = new ProtobufStore<>(store, PublishedRows.parser());
    }

    /** Digest of a row's value. */
    static long digest(byte[] value) {
        return DIGEST.hash(value, 0, value.length, 0);
    }

    /** The digests of a day's rows by uuid. */
    Map<UUID, Long> load(DayKey day) {
        final Map<UUID, Long> rows = new HashMap<>();
        store.scan(day + "|", (key, block) -> addTo(rows, block));
        return rows;
    }

    /**
     * The digests of some of a day's rows.
     *
     * @param group which of so many groups of blocks
     * @param groups a divisor of {@link #BLOCKS}
     */
    Map<UUID, Long> load(DayKey day, int group, int groups) {
        final Map<UUID, Long> rows = new HashMap<>();
        for (int block = group * BLOCKS / groups; block < (group + 1) * BLOCKS / groups; block++) {
            store.scan(key(day, block, 0), (key, part) -> addTo(rows, part));
        }
        return rows;
    }

    private static void addTo(Map<UUID, Long> rows, PublishedRows block) {
        final ByteBuffer uuids = block.getUuids().asReadOnlyByteBuffer();
        for (final long digest : block.getDigestsList()) {
            rows.put(new UUID(uuids.getLong(), uuids.getLong()), digest);
        }
    }

    /** Replaces the digests of a day's rows, or of all rows of some blocks; only blocks that differ are written. */
    void save(DayKey day, Map<UUID, Long> before, Map<UUID, Long> now) {
        final boolean[] changed = new boolean[BLOCKS];
        final int[] rowsBefore = new int[BLOCKS];
        before.forEach((uuid, digest) -> {
            rowsBefore[block(uuid)]++;
            changed[block(uuid)] |= !digest.equals(now.get(uuid));
        });
        now.forEach((uuid, digest) -> changed[block(uuid)] |= !digest.equals(before.get(uuid)));
        final Map<Integer, TreeMap<UUID, Long>> blocks = new HashMap<>();
        now.forEach((uuid, digest) -> {
            if (changed[block(uuid)]) {
                blocks.computeIfAbsent(block(uuid), b -> new TreeMap<>()).put(uuid, digest);
            }
        });
        for (int block = 0; block < changed.length; block++) {
            if (changed[block]) {
                write(day, block, blocks.getOrDefault(block, new TreeMap<>()), rowsBefore[block]);
            }
        }
    }

    private void write(DayKey day, int block, SortedMap<UUID, Long> rows, int rowsBefore) {
        final Iterator<Map.Entry<UUID, Long>> left = rows.entrySet().iterator();
        int part = 0;
        for (; left.hasNext(); part++) {
            store.put(key(day, block, part), next(left));
        }
        for (; part * PART_ROWS < rowsBefore; part++) {
            store.delete(key(day, block, part));
        }
    }

    private static String key(DayKey day, int block, int part) {
        return day + String.format("|%02x", block) + (part == 0 ? "" : "|" + part);
    }

    /**
     * Takes rows for published that stand in the table, but are not known any more; what they hold is not known either, so
     * that each is published again or goes.
     */
    void adopt(DayKey day, ByteString uuids) {
        final Map<Integer, Set<UUID>> adopted = new TreeMap<>();
        final ByteBuffer bytes = uuids.asReadOnlyByteBuffer();
        while (bytes.remaining() >= UUID_BYTES) {
            final UUID uuid = new UUID(bytes.getLong(), bytes.getLong());
            adopted.computeIfAbsent(block(uuid), block -> new HashSet<>()).add(uuid);
        }
        adopted.forEach((block, rows) -> {
            final Map<UUID, Long> before = load(day, block, BLOCKS);
            final Map<UUID, Long> now = new HashMap<>(before);
            rows.forEach(uuid -> now.putIfAbsent(uuid, 0L));
            save(day, before, now);
        });
    }

    /** What the table holds of these rows is not known: each is published again or goes. */
    void doubt(DayKey day) {
        for (final String key : store.keys(day + "|")) {
            final PublishedRows before = store.get(key);
            final PublishedRows.Builder now = before.toBuilder();
            for (int i = 0; i < now.getDigestsCount(); i++) {
                // Rows that were set aside are not in the table.
                now.setDigests(i, (now.getDigests(i) & 1) == 1 ? now.getDigests(i) : 0L);
            }
            if (!now.getDigestsList().equals(before.getDigestsList())) {
                store.put(key, now.build());
            }
        }
    }

    /** Forgets a day. */
    void forget(DayKey day) {
        store.keys(day + "|").forEach(store::delete);
    }

    /** The block of a row. */
    static int block(UUID uuid) {
        return (int) (uuid.getMostSignificantBits() >>> 56);
    }

    /** As many of the rows as a record holds. */
    private static PublishedRows next(Iterator<Map.Entry<UUID, Long>> rows) {
        final ByteBuffer uuids = ByteBuffer.allocate(PART_ROWS * UUID_BYTES);
        final PublishedRows.Builder block = PublishedRows.newBuilder();
        for (int i = 0; i < PART_ROWS && rows.hasNext(); i++) {
            final Map.Entry<UUID, Long> row = rows.next();
            uuids.putLong(row.getKey().getMostSignificantBits())
                    .putLong(row.getKey().getLeastSignificantBits());
            block.addDigests(row.getValue());
        }
        return block.setUuids(ByteString.copyFrom(uuids.flip())).build();
    }
}

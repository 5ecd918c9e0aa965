package org.usagestreams.wire.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Slice;

class ChunkCodecTest {
    private static Chunk draw(Random random, int rows, int distinct) {
        final String[] texts = new String[distinct];
        for (int i = 0; i < distinct; i++) {
            texts[i] = "text " + i + " é日";
        }
        final int[] codes = new int[rows];
        final int[] times = new int[rows];
        final double[] repeated = new double[rows];
        final double[] different = new double[rows];
        for (int i = 0; i < rows; i++) {
            codes[i] = random.nextInt(distinct + 1);
            times[i] = random.nextInt(2);
            repeated[i] = random.nextInt(3) == 0 ? Double.NaN : random.nextInt(3) - 0.0;
            different[i] = random.nextDouble();
        }
        final Map<String, Column> columns = new HashMap<>();
        columns.put(Columns.NODE, new Column.Text(texts, codes));
        columns.put(Columns.INTERVAL_START, new Column.Time(new long[] {-1, Long.MAX_VALUE}, times));
        columns.put(Columns.USAGE_CPU, new Column.Amount(repeated));
        columns.put(Columns.REQUEST_CPU, new Column.Amount(different));
        return new Chunk(rows, columns);
    }

    private static byte[] encode(Chunk chunk) {
        return ChunkCodec.encode(Slice.getDefaultInstance(), 3, chunk.rows(), ChunkCodec.encodeColumns(chunk));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 200, 300, 70_000})
    void shouldComeBackAsItWent(int distinct) {
        final Chunk chunk = draw(new Random(distinct), 100_000, distinct);
        final Chunk back = ChunkCodec.decode(encode(chunk));
        assertEquals(chunk.rows(), back.rows());
        assertArrayEquals(
                chunk.text(Columns.NODE).dictionary(), back.text(Columns.NODE).dictionary());
        assertArrayEquals(
                chunk.text(Columns.NODE).codes(), back.text(Columns.NODE).codes());
        assertArrayEquals(
                chunk.intervalStart().dictionary(), back.intervalStart().dictionary());
        assertArrayEquals(chunk.intervalStart().codes(), back.intervalStart().codes());
        assertArrayEquals(chunk.amounts(Columns.USAGE_CPU), back.amounts(Columns.USAGE_CPU));
        assertArrayEquals(chunk.amounts(Columns.REQUEST_CPU), back.amounts(Columns.REQUEST_CPU));
        assertTrue(Double.isNaN(back.amounts(Columns.LIMIT_CPU)[5]), "a column that is missing is null");
        assertEquals(0, back.text(Columns.POD).codes()[5]);
    }

    @Test
    void shouldGiveTheSameBytesForTheSameChunk() {
        assertArrayEquals(encode(draw(new Random(1), 1000, 10)), encode(draw(new Random(1), 1000, 10)));
    }

    @Test
    void shouldRefuseMutatedBytesOrReadThemButNeverFailOtherwise() {
        final byte[] whole = encode(draw(new Random(1), 500, 10));
        int refused = 0;
        for (int seed = 0; seed < 2000; seed++) {
            final Random random = new Random(seed);
            final byte[] mutated = whole.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                ChunkCodec.decode(mutated);
            } catch (MalformedChunkException e) {
                refused++;
            }
        }
        assertTrue(refused > 500, refused + " of 2000 were refused");
    }

    @Test
    void shouldReadItsKeysBack() {
        final DayKey day = new DayKey("org", "00000000-0000-4000-8000-00000000000a", LocalDate.of(2025, 11, 3));
        final String id = "0123456789abcdef0123456789abcdef";
        for (final ChunkKey key :
                new ChunkKey[] {new ChunkKey(day, id, id, "0123abcd", 12), ChunkKey.end(day, id, id)}) {
            assertEquals(key, ChunkKey.parse(key.toBytes()));
        }
        assertThrows(MalformedChunkException.class, () -> ChunkKey.parse(new byte[] {1}));
        assertTrue(
                ChunkKey.end(day, id, id).toString().compareTo(new ChunkKey(day, id, id, "0123abcd", 0).toString()) < 0,
                "ends come first");
    }

    @Test
    void shouldTellVersionsApartThatReturnToTheirContents() {
        final ObjectVersion first =
                ObjectVersion.newBuilder().setEtag("x").setEventTimeMillis(1).build();
        final ObjectVersion again = first.toBuilder().setEventTimeMillis(3).build();
        assertTrue(!Versions.versionId(first).equals(Versions.versionId(again)));
        assertTrue(Versions.BY_EVENT.compare(first, again) < 0);
        assertTrue(Versions.BY_EVENT.compare(
                        first.toBuilder().setSequencer("0A").build(),
                        first.toBuilder().setSequencer("0A01").build())
                < 0);
    }
}

package org.usagestreams.rules;

import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.message.SliceEnd;

/** Line items of a day that are kept outside of memory, as chunks in the order of their slices. */
final class Portion implements ChunkReader {
    /** A chunk's place and its number of rows; arrays have up to 50 % spare room. */
    private static final int CHUNK_BYTES = 24;

    private final Spill spill;
    private final DayBudget budget;
    private final Map<SliceEnd, Integer> numbers;

    /** How often line items were divided until they came here. */
    private final int level;

    /** By the slices' numbers, how many chunks there are up to the slice's last. */
    private final int[] ends;

    private int slice;
    private long[] places = new long[16];
    private int[] rows = new int[16];
    private int size;

    /**
     * An empty portion.
     *
     * @param budget of the day at large
     * @param numbers of the slices, from 0 in the order in which they are read; by identity
     */
    Portion(Spill spill, DayBudget budget, Map<SliceEnd, Integer> numbers, int level) {
        this.spill = spill;
        this.budget = budget;
        this.numbers = numbers;
        this.level = level;
        ends = new int[numbers.size()];
    }

    int level() {
        return level;
    }

    boolean isEmpty() {
        return size == 0;
    }

    /** The slice that the chunks belong to that follow; slices come in their order. */
    void begin(SliceEnd end) {
        final int number = numbers.get(end);
        while (slice < number) {
            ends[slice++] = size;
        }
    }

    /** Keeps a chunk. */
    void add(Chunk chunk) {
        if (size == places.length) {
            places = Arrays.copyOf(places, Math.multiplyExact(size, 2));
            rows = Arrays.copyOf(rows, Math.multiplyExact(size, 2));
        }
        budget.addChunk(CHUNK_BYTES);
        try {
            places[size] = spill.add(ChunkCodec.encodeColumns(chunk));
        } catch (UncheckedIOException e) {
            throw DayOverBudgetException.ofSpill("there is no room for its portions: " + e.getMessage());
        }
        rows[size] = chunk.rows();
        size++;
        budget.checkSpill(spill.size());
    }

    /** All chunks were added. */
    void finish() {
        while (slice < ends.length) {
            ends[slice++] = size;
        }
    }

    @Override
    public Iterable<Chunk> chunks(SliceEnd end) {
        final int number = numbers.get(end);
        return () -> chunks(number == 0 ? 0 : ends[number - 1], ends[number]);
    }

    /** All chunks, of whatever slice. */
    Iterator<Chunk> all() {
        return chunks(0, size);
    }

    private Iterator<Chunk> chunks(int from, int to) {
        return new Iterator<>() {
            private int next = from;

            @Override
            public boolean hasNext() {
                return next < to;
            }

            @Override
            public Chunk next() {
                final Chunk chunk = ChunkCodec.decodeColumns(spill.get(places[next]), rows[next]);
                next++;
                return chunk;
            }
        };
    }
}

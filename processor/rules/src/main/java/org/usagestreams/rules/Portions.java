package org.usagestreams.rules;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.message.SliceEnd;

/**
 * Divides the line items of a day into portions by the hash of a name, so that those with the same name are in one portion, in the original
 * order. A portion that is still too large is divided again, by another hash of the same name.
 */
final class Portions {
    /** The column that decides the portion of a line item. */
    enum Key {
        /** Pod usage: whatever is summed or compared over several line items has one node. */
        NODE(Columns.NODE, Columns.NODE),
        /**
         * Storage usage: a row has one volume, and which nodes mount a volume is to be known for all of its claims. What has no
         * volume goes by its claim.
         */
        VOLUME(Columns.VOLUME, Columns.CLAIM);

        private final String column;
        private final String other;

        Key(String column, String other) {
            this.column = column;
            this.other = other;
        }

        private int[] portionOf(Chunk chunk, int level, int portions) {
            final Column.Text names = chunk.text(column);
            final Column.Text others = chunk.text(other);
            final int[] ofNames = hash(names, level, portions);
            final int[] ofOthers = hash(others, level, portions);
            final int[] found = new int[chunk.rows()];
            for (int row = 0; row < found.length; row++) {
                final int name = names.codes()[row];
                found[row] = name != 0 ? ofNames[name] : ofOthers[others.codes()[row]];
            }
            return found;
        }

        /** By code; null has portion 0. */
        private static int[] hash(Column.Text names, int level, int portions) {
            final String[] dictionary = names.dictionary();
            final int[] hashes = new int[dictionary.length + 1];
            for (int i = 0; i < dictionary.length; i++) {
                long hash = (dictionary[i].hashCode() + ((long) level << 32)) * 0x9E3779B97F4A7C15L;
                hash = (hash ^ (hash >>> 29)) * 0xBF58476D1CE4E5B9L;
                hashes[i + 1] = (int) ((hash >>> 33) % portions);
            }
            return hashes;
        }
    }

    /** Into how many portions one is divided that is too much. */
    private static final int FURTHER = 8;

    /** As often as that a portion is divided; one that is too much even then has few names, each with too much. */
    private static final int LEVELS = 4;

    private final Key key;
    private final List<SliceEnd> slices;
    private final Spill spill;
    private final DayBudget budget;
    private final IdentityHashMap<SliceEnd, Integer> numbers = new IdentityHashMap<>();

    /**
     * Portions of one report type.
     *
     * @param slices in the order in which they are read
     * @param budget of the day at large
     */
    Portions(Key key, List<SliceEnd> slices, Spill spill, DayBudget budget) {
        this.key = key;
        this.slices = slices;
        this.spill = spill;
        this.budget = budget;
        slices.forEach(end -> numbers.put(end, numbers.size()));
    }

    /**
     * Divides all line items. Reads all chunks.
     *
     * @param seen is shown each chunk
     * @param divided takes the portions, once all were read
     */
    Steps dividing(ChunkReader reader, int count, Consumer<Chunk> seen, Consumer<List<Portion>> divided) {
        return dividing(reader, 0, count, seen, divided);
    }

    /**
     * Divides a portion.
     *
     * @param divided takes the portions, once all were read
     * @throws DayOverBudgetException the same, here or in a step, where the portion cannot be divided
     */
    Steps dividing(Portion portion, DayOverBudgetException why, Consumer<List<Portion>> divided) {
        if (portion.level() == LEVELS) {
            throw why;
        }
        final NameSearch names = new NameSearch(portion.all());
        return new StepQueue().add(() -> names).add(() -> {
            if (!names.several) {
                throw why;
            }
            return dividing(portion, portion.level() + 1, FURTHER, chunk -> {}, divided);
        });
    }

    /** Looks whether line items have different names. */
    private final class NameSearch implements Steps {
        private final Iterator<Chunk> chunks;
        private int first = -1;
        private boolean several;

        NameSearch(Iterator<Chunk> chunks) {
            this.chunks = chunks;
        }

        @Override
        public boolean hasNext() {
            return !several && chunks.hasNext();
        }

        @Override
        public void next() {
            for (final int name : key.portionOf(chunks.next(), 0, Integer.MAX_VALUE)) {
                several |= first >= 0 && name != first;
                first = name;
            }
        }
    }

    private Steps dividing(
            ChunkReader reader, int level, int count, Consumer<Chunk> seen, Consumer<List<Portion>> divided) {
        final Portion[] portions = new Portion[count];
        for (int i = 0; i < count; i++) {
            portions[i] = new Portion(spill, budget, numbers, level);
        }
        final ChunkSteps.Visitor division = new ChunkSteps.Visitor() {
            @Override
            public void begin(SliceEnd slice) {
                for (final Portion portion : portions) {
                    portion.begin(slice);
                }
            }

            @Override
            public void read(Chunk chunk) {
                seen.accept(chunk);
                ChunkDivision.divide(
                        chunk, key.portionOf(chunk, level, count), count, (portion, of) -> portions[portion].add(of));
            }

            @Override
            public void end(SliceEnd slice) {}
        };
        return new StepQueue()
                .add(() -> new ChunkSteps(slices, reader, division))
                .then(() -> divided.accept(filled(portions)));
    }

    private static List<Portion> filled(Portion... portions) {
        final List<Portion> filled = new ArrayList<>();
        for (final Portion portion : portions) {
            portion.finish();
            if (!portion.isEmpty()) {
                filled.add(portion);
            }
        }
        return filled;
    }
}

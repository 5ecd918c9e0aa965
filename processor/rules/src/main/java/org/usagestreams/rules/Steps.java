package org.usagestreams.rules;

import java.util.Iterator;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.usagestreams.wire.chunk.Chunk;

/** Work that can be interrupted between any two of its steps. A step takes about as long as reading a chunk. Not thread-safe. */
interface Steps {
    /** As many small pieces of work make a step. */
    int AT_ONCE = 1_000;

    /** No work. */
    Steps NONE = new Steps() {
        @Override
        public boolean hasNext() {
            return false;
        }

        @Override
        public void next() {
            throw new IllegalStateException("there is no step left");
        }
    };

    /** Whether there is a step left. May be asked any number of times; what follows a step may be done here. */
    boolean hasNext();

    /** Does a step, where {@link #hasNext} says that there is one. */
    void next();

    /**
     * Does steps, at least one where there is one.
     *
     * @param enough asked after each step but the last: whether to stop for now
     * @return whether no step is left
     */
    default boolean run(BooleanSupplier enough) {
        while (hasNext()) {
            next();
            if (hasNext() && enough.getAsBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** A step for each chunk. */
    static Steps each(Iterator<Chunk> chunks, Consumer<Chunk> action) {
        return new Steps() {
            @Override
            public boolean hasNext() {
                return chunks.hasNext();
            }

            @Override
            public void next() {
                action.accept(chunks.next());
            }
        };
    }

    /**
     * Steps of several numbers each.
     *
     * @param action takes each number from 0 to before this count
     */
    static Steps each(int count, IntConsumer action) {
        return each(count, AT_ONCE, action);
    }

    /** As {@link #each(int, IntConsumer)}, after other steps: few numbers take none of their own. */
    static Steps following(int count, IntConsumer action) {
        return following(count, AT_ONCE, action);
    }

    /**
     * As {@link #following(int, IntConsumer)}.
     *
     * @param atOnce as many numbers as a step takes
     */
    static Steps following(int count, int atOnce, IntConsumer action) {
        final Steps steps = each(count, atOnce, action);
        if (count <= atOnce && steps.hasNext()) {
            steps.next();
        }
        return steps;
    }

    private static Steps each(int count, int atOnce, IntConsumer action) {
        return new Steps() {
            private int done;

            @Override
            public boolean hasNext() {
                return done < count;
            }

            @Override
            public void next() {
                final int end = (int) Math.min(count, (long) done + atOnce);
                while (done < end) {
                    action.accept(done++);
                }
            }
        };
    }
}

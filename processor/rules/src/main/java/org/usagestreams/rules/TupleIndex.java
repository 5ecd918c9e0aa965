package org.usagestreams.rules;

import java.util.Arrays;

/**
 * Gives each distinct tuple of ints a number, from 0 in the order of first sight: GROUP BY on dictionary codes, without
 * an object per row or group.
 */
final class TupleIndex {
    private final int width;
    private final DayBudget budget;
    private final int bytes;
    private int[] tuples;
    private int[] table;
    private int size;

    /**
     * An empty index.
     *
     * @param bytes what is kept of each tuple, here and by its number elsewhere
     */
    TupleIndex(int width, int bytes, DayBudget budget) {
        this.width = width;
        this.bytes = bytes;
        this.budget = budget;
        tuples = new int[64 * width];
        table = new int[128];
        Arrays.fill(table, -1);
    }

    /** The number of the tuple in the first {@code width} places of the array, which is not kept. */
    int idOf(int[] tuple) {
        int slot = slot(tuple, 0, table.length);
        while (table[slot] >= 0) {
            if (matches(table[slot], tuple)) {
                return table[slot];
            }
            slot = (slot + 1) & (table.length - 1);
        }
        if (2 * (size + 1) > table.length) {
            grow();
            return idOf(tuple);
        }
        budget.addGroup(bytes);
        if ((size + 1) * width > tuples.length) {
            tuples = Arrays.copyOf(tuples, Math.multiplyExact(tuples.length, 2));
        }
        System.arraycopy(tuple, 0, tuples, size * width, width);
        table[slot] = size;
        return size++;
    }

    /** Whether the tuple has a number. */
    boolean contains(int[] tuple) {
        int slot = slot(tuple, 0, table.length);
        while (table[slot] >= 0) {
            if (matches(table[slot], tuple)) {
                return true;
            }
            slot = (slot + 1) & (table.length - 1);
        }
        return false;
    }

    int size() {
        return size;
    }

    /** One component of the tuple with that number. */
    int component(int id, int index) {
        return tuples[id * width + index];
    }

    private boolean matches(int id, int[] tuple) {
        final int from = id * width;
        for (int i = 0; i < width; i++) {
            if (tuples[from + i] != tuple[i]) {
                return false;
            }
        }
        return true;
    }

    private int slot(int[] tuple, int from, int capacity) {
        long hash = 0;
        for (int i = from; i < from + width; i++) {
            hash = (hash ^ tuple[i]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return (int) (hash >>> 16) & (capacity - 1);
    }

    private void grow() {
        table = new int[Math.multiplyExact(table.length, 2)];
        Arrays.fill(table, -1);
        for (int id = 0; id < size; id++) {
            int slot = slot(tuples, id * width, table.length);
            while (table[slot] >= 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = id;
        }
    }
}

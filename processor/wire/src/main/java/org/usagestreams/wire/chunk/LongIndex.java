package org.usagestreams.wire.chunk;

import java.util.Arrays;

/** Gives each distinct long a number, from 0 in the order of first sight: a hash index without an object per entry. */
public final class LongIndex {
    private long[] keys;
    private int[] table;
    private int size;

    /** Starts empty, with room for about that many keys. */
    public LongIndex(int expected) {
        final int capacity = Integer.highestOneBit(Math.max(8, Math.min(expected, 1 << 20))) * 4;
        table = new int[capacity];
        Arrays.fill(table, -1);
        keys = new long[capacity / 2];
    }

    /** The key's number; a new one if it was not seen yet. */
    public int idOf(long key) {
        int slot = slot(key);
        while (table[slot] >= 0) {
            if (keys[table[slot]] == key) {
                return table[slot];
            }
            slot = (slot + 1) & (table.length - 1);
        }
        if (size == keys.length) {
            grow();
            return idOf(key);
        }
        keys[size] = key;
        table[slot] = size;
        return size++;
    }

    /** The key with that number. */
    public long key(int id) {
        return keys[id];
    }

    /** The number of distinct keys. */
    public int size() {
        return size;
    }

    private int slot(long key) {
        final long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (table.length - 1);
    }

    private void grow() {
        keys = Arrays.copyOf(keys, Math.multiplyExact(keys.length, 2));
        table = new int[Math.multiplyExact(table.length, 2)];
        Arrays.fill(table, -1);
        for (int id = 0; id < size; id++) {
            int slot = slot(keys[id]);
            while (table[slot] >= 0) {
                slot = (slot + 1) & (table.length - 1);
            }
            table[slot] = id;
        }
    }
}

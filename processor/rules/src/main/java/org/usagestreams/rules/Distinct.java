package org.usagestreams.rules;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Numbers the distinct values that it is given, from 0 in the order of first sight. Values need {@code equals} and {@code hashCode},
 * and do not change.
 *
 * <p>A table of our own with open addressing, because a large day has millions of values, and a {@code HashMap} with boxed numbers
 * takes 48 bytes more for each. Reports are hostile input: values whose hashes collide go to a {@code HashMap}, whose buckets become
 * trees, so that a look-up always takes a bounded number of steps.
 */
final class Distinct<T> {
    private static final int FREE = -1;
    private static final int MOST_STEPS = 32;

    private final Map<T, Integer> collided = new HashMap<>();
    private T[] values;
    private int size;

    /** Numbers by the values' hashes. */
    private int[] table = new int[32];

    @SuppressWarnings("unchecked")
    Distinct() {
        values = (T[]) new Object[16];
        Arrays.fill(table, FREE);
    }

    /** The number of a value; negative where it has none. */
    int find(T value) {
        final int place = place(value);
        if (place == FREE) {
            return collided.getOrDefault(value, FREE);
        }
        return table[place];
    }

    /** Gives the next number to a value that has none. */
    int add(T value) {
        if (size == values.length) {
            values = Arrays.copyOf(values, Math.addExact(size, size >> 1));
        }
        values[size] = value;
        if (2 * (size + 1) > table.length) {
            table = new int[Math.multiplyExact(table.length, 2)];
            Arrays.fill(table, FREE);
            collided.clear();
            for (int number = 0; number < size; number++) {
                put(number);
            }
        }
        put(size);
        return size++;
    }

    T get(int number) {
        return values[number];
    }

    int size() {
        return size;
    }

    private void put(int number) {
        final int place = place(values[number]);
        if (place == FREE) {
            collided.put(values[number], number);
        } else {
            table[place] = number;
        }
    }

    /** Where a value is in the table, or where it would be; {@link #FREE} where all its places have other values. */
    private int place(T value) {
        final int mask = table.length - 1;
        // Hashes of texts that end in a number are consecutive, and would fill the table in runs.
        final int mixed = value.hashCode() * 0x9E3779B9;
        int place = (mixed ^ (mixed >>> 16)) & mask;
        for (int step = 0; step < MOST_STEPS; step++) {
            final int number = table[place];
            if (number == FREE || values[number].equals(value)) {
                return place;
            }
            place = (place + 1) & mask;
        }
        return FREE;
    }
}

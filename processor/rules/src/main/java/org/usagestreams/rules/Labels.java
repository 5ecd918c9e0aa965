package org.usagestreams.rules;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Labels: distinct keys in ascending order, each with a value. Immutable; equal when keys and values are. */
public final class Labels {
    /** No labels. */
    public static final Labels NONE = new Labels(new String[0]);

    /** A key, its value, the next key; a day has as many of these as pods, so there is nothing around it. */
    private final String[] pairs;

    private Labels(String[] pairs) {
        this.pairs = pairs;
    }

    /** Labels of a map without nulls. */
    public static Labels of(Map<String, String> labels) {
        if (labels.isEmpty()) {
            return NONE;
        }
        final String[] keys = labels.keySet().toArray(String[]::new);
        Arrays.sort(keys);
        final String[] pairs = new String[2 * keys.length];
        for (int i = 0; i < keys.length; i++) {
            pairs[2 * i] = keys[i];
            pairs[2 * i + 1] = labels.get(keys[i]);
        }
        return new Labels(pairs);
    }

    /** The value of a key, null if there is none. */
    public String get(String key) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i].equals(key)) {
                return pairs[i + 1];
            }
        }
        return null;
    }

    /** Visits keys and values, by ascending key. */
    public void forEach(BiConsumer<String, String> visitor) {
        for (int i = 0; i < pairs.length; i += 2) {
            visitor.accept(pairs[i], pairs[i + 1]);
        }
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return pairs.length == 0;
    }

    /** Those with one of these keys. */
    Labels only(Set<String> keys) {
        final String[] kept = new String[pairs.length];
        int count = 0;
        for (int i = 0; i < pairs.length; i += 2) {
            if (keys.contains(pairs[i])) {
                kept[count++] = pairs[i];
                kept[count++] = pairs[i + 1];
            }
        }
        return count == pairs.length ? this : new Labels(Arrays.copyOf(kept, count));
    }

    /** These, with the texts of an index. */
    Labels of(TextIndex texts) {
        final String[] same = new String[pairs.length];
        for (int i = 0; i < pairs.length; i++) {
            same[i] = texts.same(pairs[i]);
        }
        return new Labels(same);
    }

    /** How many texts there are, of keys and values. */
    int texts() {
        return pairs.length;
    }

    /** Both; of equal keys the later's value wins. */
    Labels with(Labels later) {
        if (later.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return later;
        }
        final String[] merged = new String[pairs.length + later.pairs.length];
        int count = 0;
        int a = 0;
        int b = 0;
        while (a < pairs.length || b < later.pairs.length) {
            final int order = a == pairs.length ? 1 : b == later.pairs.length ? -1 : pairs[a].compareTo(later.pairs[b]);
            final String[] from = order < 0 ? pairs : later.pairs;
            final int at = order < 0 ? a : b;
            merged[count++] = from[at];
            merged[count++] = from[at + 1];
            a += order <= 0 ? 2 : 0;
            b += order >= 0 ? 2 : 0;
        }
        return new Labels(count == merged.length ? merged : Arrays.copyOf(merged, count));
    }

    /**
     * Those with each child key of a mapping renamed to its parent's, all at once. Where the parent's own key is there too,
     * its value stays; of several children of one parent the one with the longest key in UTF-8 bytes wins, of equally long ones the
     * greatest.
     *
     * @param parents parent key by child key
     */
    Labels mapped(Map<String, String> parents) {
        boolean any = false;
        for (int i = 0; i < pairs.length && !any && !parents.isEmpty(); i += 2) {
            any = parents.containsKey(pairs[i]);
        }
        if (!any) {
            return this;
        }
        final Map<String, String> values = new HashMap<>();
        final Map<String, byte[]> winners = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            final String parent = parents.get(pairs[i]);
            if (parent == null) {
                values.put(pairs[i], pairs[i + 1]);
            } else if (get(parent) == null || parents.containsKey(parent)) {
                final byte[] key = pairs[i].getBytes(StandardCharsets.UTF_8);
                final byte[] winner = winners.get(parent);
                if (winner == null || precedes(winner, key)) {
                    winners.put(parent, key);
                    values.put(parent, pairs[i + 1]);
                }
            }
        }
        return of(values);
    }

    private static boolean precedes(byte[] key, byte[] other) {
        return key.length == other.length ? Arrays.compareUnsigned(key, other) < 0 : key.length < other.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Labels labels && Arrays.equals(pairs, labels.pairs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(pairs);
    }

    /** For people; no format to rely on. */
    @Override
    public String toString() {
        return Arrays.toString(pairs);
    }
}

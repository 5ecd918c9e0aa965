package org.usagestreams.summary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** Labels: distinct keys in ascending order, each with a value. Immutable; equal when keys and values are. */
public final class Labels {
    /** No labels. */
    public static final Labels NONE = new Labels(List.of());

    private final List<String> pairs;

    private Labels(List<String> pairs) {
        this.pairs = pairs;
    }

    /** Labels of a map without nulls. */
    public static Labels of(Map<String, String> labels) {
        if (labels.isEmpty()) {
            return NONE;
        }
        final String[] keys = labels.keySet().toArray(String[]::new);
        Arrays.sort(keys);
        final List<String> pairs = new ArrayList<>(2 * keys.length);
        for (final String key : keys) {
            pairs.add(key);
            pairs.add(labels.get(key));
        }
        return new Labels(Collections.unmodifiableList(pairs));
    }

    /** The value of a key, null where there is none. */
    public String get(String key) {
        for (int i = 0; i < pairs.size(); i += 2) {
            if (pairs.get(i).equals(key)) {
                return pairs.get(i + 1);
            }
        }
        return null;
    }

    /** Visits keys and values, by ascending key. */
    public void forEach(BiConsumer<String, String> visitor) {
        for (int i = 0; i < pairs.size(); i += 2) {
            visitor.accept(pairs.get(i), pairs.get(i + 1));
        }
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return pairs.isEmpty();
    }

    /** Those with one of these keys. */
    Labels only(Set<String> keys) {
        final List<String> kept = new ArrayList<>(pairs.size());
        for (int i = 0; i < pairs.size(); i += 2) {
            if (keys.contains(pairs.get(i))) {
                kept.add(pairs.get(i));
                kept.add(pairs.get(i + 1));
            }
        }
        return kept.size() == pairs.size() ? this : new Labels(Collections.unmodifiableList(kept));
    }

    /** Both; of equal keys the later's value wins. */
    Labels with(Labels later) {
        if (later.isEmpty()) {
            return this;
        }
        if (isEmpty()) {
            return later;
        }
        final List<String> merged = new ArrayList<>(pairs.size() + later.pairs.size());
        int a = 0;
        int b = 0;
        while (a < pairs.size() || b < later.pairs.size()) {
            final int order = a == pairs.size()
                    ? 1
                    : b == later.pairs.size() ? -1 : pairs.get(a).compareTo(later.pairs.get(b));
            final List<String> from = order < 0 ? pairs : later.pairs;
            final int at = order < 0 ? a : b;
            merged.add(from.get(at));
            merged.add(from.get(at + 1));
            a += order <= 0 ? 2 : 0;
            b += order >= 0 ? 2 : 0;
        }
        return new Labels(Collections.unmodifiableList(merged));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Labels labels && pairs.equals(labels.pairs);
    }

    @Override
    public int hashCode() {
        return pairs.hashCode();
    }

    /** For people; no format to rely on. */
    @Override
    public String toString() {
        return pairs.toString();
    }
}

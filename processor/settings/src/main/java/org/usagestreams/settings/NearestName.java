package org.usagestreams.settings;

import java.util.Collection;
import java.util.Comparator;

/** Finds what a mistyped name was meant to be, by the Levenshtein distance; two characters that are swapped count once. */
public final class NearestName {
    /** A name is suggested where at most every third character differs. */
    private static final int SHARE = 3;

    private NearestName() {}

    /** A sentence's end that suggests the nearest of the known names; empty where none is near. */
    public static String suggestion(String name, Collection<String> known, String prefix) {
        return known.stream()
                .min(Comparator.comparingInt((String candidate) -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(nearest -> distance(name, nearest) <= Math.max(1, name.length() / SHARE))
                .map(nearest -> ". Did you mean " + prefix + nearest + "?")
                .orElse("");
    }

    /** Least number of characters to insert, delete, replace or swap with the next one. */
    static int distance(String a, String b) {
        int[] beforePrevious = new int[b.length() + 1];
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            final int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    current[j] = Math.min(current[j], beforePrevious[j - 2] + 1);
                }
            }
            beforePrevious = previous;
            previous = current;
        }
        return previous[b.length()];
    }
}

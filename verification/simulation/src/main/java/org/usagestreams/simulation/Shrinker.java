package org.usagestreams.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Finds a shorter list of operations that still fails, by leaving ever smaller runs of them out (delta debugging). The seed of
 * everything else stays as it is.
 */
public final class Shrinker {
    private Shrinker() {}

    /**
     * Shrinks.
     *
     * @param operations that fail
     * @param failure runs operations; null if they do not fail
     * @param attempts most runs
     * @return a list that fails and is not longer
     */
    public static <T> List<T> shrink(List<T> operations, Function<List<T>, String> failure, int attempts) {
        List<T> shortest = List.copyOf(operations);
        int left = attempts;
        int size = Math.max(1, shortest.size() / 2);
        while (left > 0) {
            boolean shorter = false;
            for (int from = 0; from < shortest.size() && left > 0; ) {
                final List<T> fewer = new ArrayList<>(shortest.subList(0, from));
                fewer.addAll(shortest.subList(Math.min(shortest.size(), from + size), shortest.size()));
                left--;
                if (failure.apply(fewer) != null) {
                    shortest = fewer;
                    shorter = true;
                } else {
                    from += size;
                }
            }
            if (!shorter && size == 1) {
                break;
            }
            size = shorter ? size : Math.max(1, size / 2);
            size = Math.max(1, Math.min(size, shortest.size()));
        }
        return shortest;
    }
}

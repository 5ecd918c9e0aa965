package org.usagestreams.rules;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.LongIndex;
import org.usagestreams.wire.message.SliceEnd;

/**
 * A line item counts once (section 2, rule 3): of the objects that have rows with one key, only the newest's count.
 *
 * <p>Objects are offered newest first. Rows are compared only if two objects share an interval start. Hourly uploads do not, so nothing is
 * remembered for them.
 */
final class LineItems {
    /** What is kept of a line item: its tuple and its owner. */
    private static final int KEY_BYTES = 48;

    private final boolean allContested;
    private final Set<Long> contested = new HashSet<>();
    private final LongIndex intervals = new LongIndex(32);
    private final TupleIndex keys;
    private final int[] key;
    private int[] owners = new int[64];
    private int object = -1;
    private boolean anyCounts;
    private int[] intervalIds = {};

    /**
     * @param slices those of one report type
     * @param names how many names a key has beside the interval start
     * @param budget of the keys that are remembered
     */
    LineItems(List<SliceEnd> slices, int names, DayBudget budget) {
        keys = new TupleIndex(names + 1, KEY_BYTES, budget);
        key = new int[names + 1];
        final Set<Long> seen = new HashSet<>();
        boolean unknown = false;
        for (final SliceEnd end : slices) {
            unknown |= end.getIntervalStartsCount() == 0;
            for (final Long start : new HashSet<>(end.getIntervalStartsList())) {
                if (!seen.add(start)) {
                    contested.add(start);
                }
            }
        }
        allContested = unknown && slices.size() > 1;
    }

    /** The chunks that follow are those of the next older object. */
    void nextObject() {
        object++;
        anyCounts = false;
    }

    /** Whether a row of the object at hand has counted so far. */
    boolean anyCounts() {
        return anyCounts;
    }

    /** The rows that follow are those of a chunk with these starts. False: all of them count. */
    boolean enterChunk(Column.Time starts) {
        final long[] dictionary = starts.dictionary();
        intervalIds = new int[dictionary.length];
        boolean any = false;
        for (int i = 0; i < dictionary.length; i++) {
            final boolean shared = allContested || contested.contains(dictionary[i]);
            intervalIds[i] = shared ? intervals.idOf(dictionary[i]) : -1;
            any |= shared;
        }
        anyCounts |= !any;
        return any;
    }

    /** Whether the row counts, by its start's code and its names' numbers; a fourth or third name that a key lacks is 0. */
    boolean counts(int startCode, int a, int b, int c, int d) {
        final int interval = intervalIds[startCode];
        if (interval < 0) {
            anyCounts = true;
            return true;
        }
        key[0] = interval;
        key[1] = a;
        key[2] = b;
        key[3] = c;
        if (key.length > 4) {
            key[4] = d;
        }
        final int known = keys.size();
        final int id = keys.idOf(key);
        if (id == known) {
            if (id == owners.length) {
                owners = Arrays.copyOf(owners, Math.multiplyExact(owners.length, 2));
            }
            owners[id] = object;
        }
        if (owners[id] != object) {
            return false;
        }
        anyCounts = true;
        return true;
    }
}

package org.usagestreams.summarizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.usagestreams.rules.LiveSlices;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.SliceEnd;

/**
 * The slices that a day is summarised from: all of its whole ones, or fewer where all would take too much. Older ones come first, so
 * what counted before goes on counting, also an earlier version of an object whose new one is set aside.
 *
 * @param all whole slices of the day, oldest first
 * @param slices those of them that are taken
 * @param reason why the others are not; null where there are none
 */
record DaySelection(List<SliceEnd> all, List<SliceEnd> slices, String reason) {
    private static final Comparator<SliceEnd> OLDEST_FIRST =
            Comparator.comparing(end -> end.getSlice().getVersion(), Versions.BY_EVENT);

    /** So many large slices are left out one by one; where there are more, all that are newer are. */
    private static final int SINGLED_OUT = 2;

    /** All slices. */
    static DaySelection all(List<SliceEnd> whole) {
        final List<SliceEnd> sorted = new ArrayList<>(whole);
        sorted.sort(OLDEST_FIRST);
        return new DaySelection(sorted, sorted, null);
    }

    /** Those that are not taken, but for older versions of an object, which matter no more. */
    List<SliceEnd> setAside() {
        final Set<SliceEnd> taken = SliceStatuses.identities(slices);
        return LiveSlices.latest(all).values().stream()
                .filter(end -> !taken.contains(end))
                .sorted(OLDEST_FIRST)
                .toList();
    }

    /**
     * Fewer than now, that fit. Where they are is found by halving, so that a day of many objects takes few attempts.
     *
     * @param why those of now do not fit
     */
    DaySelection fewer(String why, Predicate<List<SliceEnd>> fits) {
        final List<SliceEnd> left = new ArrayList<>(slices);
        for (int i = 0; i < SINGLED_OUT; i++) {
            left.remove(fitting(left, fits));
            if (fits.test(left)) {
                return new DaySelection(all, left, why);
            }
        }
        return new DaySelection(all, left.subList(0, fitting(left, fits)), why);
    }

    /** How many of the oldest fit, where all do not. */
    private static int fitting(List<SliceEnd> slices, Predicate<List<SliceEnd>> fits) {
        int fitting = 0;
        int tooMany = slices.size();
        while (tooMany - fitting > 1) {
            final int middle = (fitting + tooMany) >>> 1;
            if (fits.test(slices.subList(0, middle))) {
                fitting = middle;
            } else {
                tooMany = middle;
            }
        }
        return fitting;
    }
}

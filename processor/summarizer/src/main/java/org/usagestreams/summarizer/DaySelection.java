package org.usagestreams.summarizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.usagestreams.rules.LiveSlices;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.SliceEnd;

/**
 * The slices that a day is summarised from: all of its whole ones, or fewer if all would take too much memory. Older ones come first, so
 * earlier data keeps counting, including an earlier version of an object whose new one is set aside.
 *
 * @param all whole slices of the day, oldest first
 * @param slices those of them that are taken
 * @param reason why the others are not; null if there are none
 */
record DaySelection(List<SliceEnd> all, List<SliceEnd> slices, String reason) {
    private static final Comparator<SliceEnd> OLDEST_FIRST =
            Comparator.comparing(end -> end.getSlice().getVersion(), Versions.BY_EVENT);

    /** All slices. */
    static DaySelection all(List<SliceEnd> whole) {
        final List<SliceEnd> sorted = new ArrayList<>(whole);
        sorted.sort(OLDEST_FIRST);
        return new DaySelection(sorted, sorted, null);
    }

    /** Those that are not taken, but for older versions of an object, which no longer matter. */
    List<SliceEnd> setAside() {
        final Set<SliceEnd> taken = SliceStatuses.identities(slices);
        return LiveSlices.latest(all).values().stream()
                .filter(end -> !taken.contains(end))
                .sorted(OLDEST_FIRST)
                .toList();
    }
}

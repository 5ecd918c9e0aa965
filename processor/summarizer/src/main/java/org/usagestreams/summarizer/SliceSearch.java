package org.usagestreams.summarizer;

import java.util.ArrayList;
import java.util.List;
import org.usagestreams.wire.message.SliceEnd;

/**
 * Finds fewer slices that a day can be summarised from if all of them take too much memory. It searches by halving, so a day of many
 * objects takes few attempts. The caller tries the slices of {@link #trial}, and reports by {@link #answer} whether they fit; an attempt
 * can take as many turns as it needs.
 */
final class SliceSearch {
    /** So many large slices are left out one by one; where there are more, all that are newer are. */
    private static final int SINGLED_OUT = 2;

    private final List<SliceEnd> left;
    private int leftOut;
    private int fitting;
    private int tooMany;

    /** Whether all that is left is tried, and not the oldest of it. */
    private boolean all;

    private List<SliceEnd> found;

    /**
     * A search.
     *
     * @param slices those that do not fit, oldest first
     */
    SliceSearch(List<SliceEnd> slices) {
        left = new ArrayList<>(slices);
        halve();
    }

    /** What is to be tried next, oldest first; nothing once it has {@link #found} some. */
    List<SliceEnd> trial() {
        return List.copyOf(all ? left : left.subList(0, middle()));
    }

    /** The slices that fit, oldest first; null as long as they are not found. */
    List<SliceEnd> found() {
        return found;
    }

    /** Says whether the {@link #trial} fits. */
    void answer(boolean fits) {
        if (!all) {
            if (fits) {
                fitting = middle();
            } else {
                tooMany = middle();
            }
            goOn();
        } else if (fits) {
            found = List.copyOf(left);
        } else {
            halve();
        }
    }

    private void halve() {
        all = false;
        fitting = 0;
        tooMany = left.size();
        goOn();
    }

    private void goOn() {
        if (tooMany - fitting > 1) {
            return;
        }
        if (leftOut == SINGLED_OUT) {
            found = List.copyOf(left.subList(0, fitting));
        } else {
            leftOut++;
            left.remove(fitting);
            all = true;
        }
    }

    private int middle() {
        return (fitting + tooMany) >>> 1;
    }
}

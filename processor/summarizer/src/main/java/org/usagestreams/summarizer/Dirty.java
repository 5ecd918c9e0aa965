package org.usagestreams.summarizer;

/** A task's record of a dirty day. Times are wall-clock milliseconds. Not thread-safe. */
final class Dirty {
    /** Since when it is dirty. */
    final long first;

    /** When its inputs last changed. */
    long last;

    /** It is not summarised earlier. */
    long notBefore;

    /** How often in a row it waited for a chunk. */
    int waits;

    /** How often it was set aside. */
    int setAside;

    /** Whether it needs more than a turn. */
    boolean large;

    /** When it first changed after it was begun; 0 if it did not. */
    long changedMillis;

    Dirty(long first, long last) {
        this.first = first;
        this.last = last;
    }

    /** Its inputs changed. */
    void changed(long now) {
        last = now;
        changedMillis = changedMillis == 0 ? now : changedMillis;
        waits = 0;
        if (setAside == 0) {
            notBefore = 0;
        }
    }

    /** Whether it has been quiet, or dirty, for long enough. */
    boolean isDue(long now, DayPacing pacing) {
        return now >= notBefore
                && (now - last >= pacing.quiet().toMillis()
                        || now - first >= pacing.longestDelay().toMillis());
    }

    /** Those with a lower one come first. */
    long order() {
        return Math.max(first, notBefore);
    }
}

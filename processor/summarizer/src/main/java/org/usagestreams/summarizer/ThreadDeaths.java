package org.usagestreams.summarizer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.common.utils.Time;

/** Counts how many stream threads died recently. Thread-safe. */
final class ThreadDeaths {
    private final Time time;
    private final int most;
    private final long withinNanos;
    private final Deque<Long> deaths = new ArrayDeque<>();

    /**
     * A count of none.
     *
     * @param most what is above does not matter, and is not counted exactly
     */
    ThreadDeaths(Time time, int most, Duration within) {
        this.time = time;
        this.most = most;
        withinNanos = within.toNanos();
    }

    /** Counts one that died now; how many died within the time, this one included. */
    synchronized int add() {
        final long now = time.nanoseconds();
        deaths.add(now);
        while (now - deaths.peek() > withinNanos || deaths.size() > most + 1) {
            deaths.remove();
        }
        return deaths.size();
    }
}

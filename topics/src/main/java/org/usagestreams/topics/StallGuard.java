package org.usagestreams.topics;

import java.time.Duration;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;

/**
 * Ends a read of a topic that makes no progress. While the broker is away, a consumer's poll returns nothing; a loop that
 * polls up to an offset calls this guard after each poll. Not thread-safe.
 */
public final class StallGuard {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Time time;
    private final String what;
    private long left = Long.MAX_VALUE;
    private long deadline;

    /**
     * Guards one read, which begins now.
     *
     * @param what is read, for the message
     */
    public StallGuard(Time time, String what) {
        this.time = time;
        this.what = what;
        deadline = time.milliseconds() + LONGEST.toMillis();
    }

    /**
     * Takes note of how far the read is.
     *
     * @param nowLeft number of offsets that are left to read; smaller than before is progress
     * @throws TimeoutException if there was no progress for 60 seconds
     */
    public void check(long nowLeft) {
        if (nowLeft < left) {
            left = nowLeft;
            deadline = time.milliseconds() + LONGEST.toMillis();
        } else if (time.milliseconds() > deadline) {
            throw new TimeoutException("Cannot read " + what + ": no record came for " + LONGEST.toSeconds()
                    + " s, and " + nowLeft + " offsets are left. Is the broker reachable?");
        }
    }
}

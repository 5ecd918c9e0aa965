package org.usagestreams.splitter;

import java.time.Duration;

/**
 * How long one attempt to split an object may take: {@code base + size / bytesPerSecond}, at most {@code longest}. An object that takes
 * longer is tried again, and is FAILED after a number of attempts, so it does not block those behind it.
 *
 * @param base time that every object gets
 * @param bytesPerSecond least throughput that is expected of store and splitter
 * @param longest the most that any object gets; less than the transaction time-out, so that the splitter and not the broker
 *     ends the attempt
 * @param attempts after so many slow attempts an object is FAILED
 */
public record ObjectTime(Duration base, long bytesPerSecond, Duration longest, int attempts) {
    /** The documented defaults. */
    public static final ObjectTime DEFAULTS = within(Duration.ofMinutes(1), 256 << 10, 3, Duration.ofMinutes(5));

    /** Objects get at most three quarters of a transaction's time-out; the rest is for what is sent, and for the commit. */
    public static ObjectTime within(Duration base, long bytesPerSecond, int attempts, Duration transactionTimeout) {
        return new ObjectTime(
                base, bytesPerSecond, transactionTimeout.multipliedBy(3).dividedBy(4), attempts);
    }

    /** The time for an object of so many bytes. */
    Duration of(long size) {
        final Duration needed = base.plusSeconds(size / bytesPerSecond);
        return needed.compareTo(longest) < 0 ? needed : longest;
    }
}

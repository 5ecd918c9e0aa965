package org.usagestreams.splitter;

import java.time.Duration;

/**
 * How events are tried again whose object cannot be read while others can; each is a setting.
 *
 * @param first the pause before the second attempt; each further pause is twice as long
 * @param longest no pause is longer
 * @param total an object is {@code FAILED} when it could not be read for this long; it is still tried again
 * @param appear an object that the store does not have so soon after its creation event may yet appear
 * @param open most events that are waited for at once; others follow when one of these is done
 */
public record AsidePolicy(Duration first, Duration longest, Duration total, Duration appear, int open) {
    /** The documented defaults. */
    public static final AsidePolicy DEFAULTS = new AsidePolicy(
            Duration.ofSeconds(1), Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofSeconds(10), 10_000);

    /** Doublings after which any pause is at its longest. */
    private static final int DOUBLINGS = 30;

    /**
     * The pause after an attempt that failed.
     *
     * @param attempts so far, from 1 on
     */
    Duration pause(int attempts) {
        final Duration pause = first.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS));
        return pause.compareTo(longest) < 0 ? pause : longest;
    }
}

package org.usagestreams.topology;

import java.time.Duration;

/**
 * How the topology paces its work; each is a setting.
 *
 * @param quiet a touched day is summarised once nothing has touched it for this long
 * @param longestDelay or this long after it was first touched
 * @param tick how often touched days are looked at
 * @param budget how long days are summarised at a stretch before records are read again
 * @param rowBytes a row whose record would be larger is set aside
 */
public record TopologySettings(Duration quiet, Duration longestDelay, Duration tick, Duration budget, int rowBytes) {
    /** The documented defaults. */
    public static final TopologySettings DEFAULTS = new TopologySettings(
            Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofMillis(20), Duration.ofSeconds(2), 900_000);
}

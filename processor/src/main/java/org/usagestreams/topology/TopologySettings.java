package org.usagestreams.topology;

import java.time.Duration;

/**
 * How the topology paces its work, and what it remembers; each is a setting.
 *
 * @param quiet a touched day is summarised once nothing has touched it for this long
 * @param longestDelay or this long after it was first touched
 * @param tick how often touched days are looked at
 * @param budget how long days are summarised at a stretch before records are read again
 * @param rowBytes a row whose record would be larger is set aside
 * @param ledgerVersions most versions of an object that the state remembers
 * @param retentionDays days older than this leave the state
 * @param sweep how often the state is searched for what leaves it
 */
public record TopologySettings(
        Duration quiet,
        Duration longestDelay,
        Duration tick,
        Duration budget,
        int rowBytes,
        int ledgerVersions,
        int retentionDays,
        Duration sweep) {
    /** The documented defaults. */
    public static final TopologySettings DEFAULTS = new TopologySettings(
            Duration.ofMillis(100),
            Duration.ofSeconds(1),
            Duration.ofMillis(20),
            Duration.ofSeconds(2),
            900_000,
            16,
            1_827,
            Duration.ofHours(1));
}

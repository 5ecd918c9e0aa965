package org.usagestreams.summarizer;

import java.time.Duration;
import org.usagestreams.rules.DayLimits;

/**
 * How the topology paces its work, and what it remembers; each is a setting.
 *
 * @param pacing how dirty days are paced
 * @param rowBytes a row whose record would be larger is set aside
 * @param day what summarising a day may take
 * @param ledgerVersions most versions of an object that the state remembers
 * @param retentionDays days older than this leave the state
 * @param sweep how often the state is searched for what leaves it
 */
public record TopologySettings(
        DayPacing pacing, int rowBytes, DayLimits day, int ledgerVersions, int retentionDays, Duration sweep) {
    /** The documented defaults. */
    public static final TopologySettings DEFAULTS =
            new TopologySettings(DayPacing.DEFAULTS, 900_000, DayLimits.DEFAULTS, 16, 1_827, Duration.ofHours(1));

    /** These, with another pace. */
    public TopologySettings withPacing(DayPacing other) {
        return new TopologySettings(other, rowBytes, day, ledgerVersions, retentionDays, sweep);
    }

    /** These, with other limits of a day. */
    public TopologySettings withDay(DayLimits other) {
        return new TopologySettings(pacing, rowBytes, other, ledgerVersions, retentionDays, sweep);
    }

    /** These, with another retention. */
    public TopologySettings withRetentionDays(int days) {
        return new TopologySettings(pacing, rowBytes, day, ledgerVersions, days, sweep);
    }
}

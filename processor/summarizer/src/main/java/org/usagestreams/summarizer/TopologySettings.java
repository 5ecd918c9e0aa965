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
 * @param sourceEntries most entries of a source without rows that the state remembers, in each partition; the oldest leave
 * @param retentionDays days older than this leave the state
 * @param retentionMonths months that are kept, the current one included, whatever an organisation's own setting says; 0 for that
 * @param periodWait how long rows of a month without a report period wait for it
 * @param sweep how often the state is searched for what leaves it
 */
public record TopologySettings(
        DayPacing pacing,
        int rowBytes,
        DayLimits day,
        int ledgerVersions,
        int sourceEntries,
        int retentionDays,
        int retentionMonths,
        Duration periodWait,
        Duration sweep) {
    /** The documented defaults. */
    public static final TopologySettings DEFAULTS = new TopologySettings(
            DayPacing.DEFAULTS, 900_000, DayLimits.DEFAULTS, 16, 100_000, 3_653, 0, Duration.ZERO, Duration.ofHours(1));

    /** These, with another pace. */
    public TopologySettings withPacing(DayPacing other) {
        return new TopologySettings(
                other, rowBytes, day, ledgerVersions, sourceEntries, retentionDays, retentionMonths, periodWait, sweep);
    }

    /** These, with other limits of a day. */
    public TopologySettings withDay(DayLimits other) {
        return new TopologySettings(
                pacing,
                rowBytes,
                other,
                ledgerVersions,
                sourceEntries,
                retentionDays,
                retentionMonths,
                periodWait,
                sweep);
    }

    /** These, with other bounds of what is a row and of what is remembered. */
    public TopologySettings withLimits(int otherRowBytes, int otherLedgerVersions) {
        return new TopologySettings(
                pacing,
                otherRowBytes,
                day,
                otherLedgerVersions,
                sourceEntries,
                retentionDays,
                retentionMonths,
                periodWait,
                sweep);
    }

    /** These, with another quota of entries without rows. */
    TopologySettings withSourceEntries(int most) {
        return new TopologySettings(
                pacing, rowBytes, day, ledgerVersions, most, retentionDays, retentionMonths, periodWait, sweep);
    }

    /** These, with another number of days. */
    public TopologySettings withRetentionDays(int days) {
        return new TopologySettings(
                pacing, rowBytes, day, ledgerVersions, sourceEntries, days, retentionMonths, periodWait, sweep);
    }

    /** These, with another number of months. */
    public TopologySettings withRetentionMonths(int months) {
        return new TopologySettings(
                pacing, rowBytes, day, ledgerVersions, sourceEntries, retentionDays, months, periodWait, sweep);
    }

    /** These, with another wait for report periods. */
    public TopologySettings withPeriodWait(Duration wait) {
        return new TopologySettings(
                pacing, rowBytes, day, ledgerVersions, sourceEntries, retentionDays, retentionMonths, wait, sweep);
    }
}

package org.usagestreams.rules;

/**
 * What summarising a day may take; each is a setting.
 *
 * @param bytes memory of its groups, label sets and texts, while they are summed
 * @param rows rows that come of it
 */
public record DayLimits(long bytes, int rows) {
    /** The documented defaults. */
    public static final DayLimits DEFAULTS = new DayLimits(128 << 20, 250_000);
}

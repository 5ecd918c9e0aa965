package org.usagestreams.rules;

/**
 * What a day may take; each is a setting.
 *
 * @param bytes memory of its groups, label sets and texts, while they are summed
 * @param rows rows that come of it
 * @param objects objects with line items of it
 */
public record DayLimits(long bytes, int rows, int objects) {
    /** The documented defaults. */
    public static final DayLimits DEFAULTS = new DayLimits(128 << 20, 250_000, 20_000);

    /** With the default number of objects. */
    public DayLimits(long bytes, int rows) {
        this(bytes, rows, 20_000);
    }
}

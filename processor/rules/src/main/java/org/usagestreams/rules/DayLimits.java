package org.usagestreams.rules;

/**
 * Limits of a day; each but the last is a setting.
 *
 * @param bytes memory of its groups, label sets and texts, while they are summed. A day that takes more is summarised by
 *     portions, one after the other, each of which may take as much
 * @param rows rows that come of it
 * @param objects objects with line items of it
 * @param spillBytes room outside the memory, for portions and rows
 * @param portions by how many portions each day is summarised at first; 0 if only those are that take too much memory
 */
public record DayLimits(long bytes, int rows, int objects, long spillBytes, int portions) {
    /** The documented defaults. */
    public static final DayLimits DEFAULTS = new DayLimits(64 << 20, 2_000_000, 20_000, 4L << 30, 0);

    /** With the default number of objects. */
    public DayLimits(long bytes, int rows) {
        this(bytes, rows, DEFAULTS.objects);
    }

    /** With the default room outside the memory. */
    public DayLimits(long bytes, int rows, int objects) {
        this(bytes, rows, objects, DEFAULTS.spillBytes, 0);
    }

    /** These, for days that are all summarised by portions. */
    public DayLimits withPortions(int count) {
        return new DayLimits(bytes, rows, objects, spillBytes, count);
    }
}

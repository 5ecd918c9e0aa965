package org.usagestreams.wire.chunk;

/** The values of one column in one chunk, one array slot a row. Arrays are shared, not copied: never write to them. */
public sealed interface Column {
    /**
     * Text by dictionary.
     *
     * @param dictionary distinct values
     * @param codes per row 0 for null, else the value's place in the dictionary plus 1
     */
    record Text(String[] dictionary, int[] codes) implements Column {}

    /**
     * 64-bit floats.
     *
     * @param values one a row; NaN is null
     */
    record Amount(double[] values) implements Column {}

    /**
     * Points in time by dictionary; never null, since rows without a start are dropped.
     *
     * @param dictionary distinct values in microseconds since 1970-01-01T00:00Z
     * @param codes per row the value's place in the dictionary
     */
    record Time(long[] dictionary, int[] codes) implements Column {}
}

package org.usagestreams.wire.chunk;

/**
 * A column of a report.
 *
 * @param name its name in the report; files may write it in any case
 * @param kind what its values are
 * @param required whether an object without it is rejected
 * @param filled whether a row without a value in it is dropped
 */
public record ColumnSpec(String name, Kind kind, boolean required, boolean filled) {
    /** The kind of a column's values, which determines how a chunk stores them. */
    public enum Kind {
        /** A point in time, in microseconds since 1970. */
        TIME,
        /** A 64-bit float; NaN is null. */
        AMOUNT,
        /** Text. */
        NAME,
        /** Labels as text: a JSON object, or {@code label_key:value|...}. */
        LABELS
    }
}

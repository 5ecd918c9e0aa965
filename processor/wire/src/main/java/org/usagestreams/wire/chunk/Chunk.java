package org.usagestreams.wire.chunk;

import java.util.Arrays;
import java.util.Map;

/**
 * Line items of one object version and one usage date, in columns.
 *
 * @param rows number of line items
 * @param columns by name; one that is missing holds nulls only
 */
public record Chunk(int rows, Map<String, Column> columns) {
    private static final String[] NO_TEXTS = {};

    /** The text column of that name; all nulls where the chunk has none. */
    public Column.Text text(String name) {
        final Column column = columns.get(name);
        return column == null ? new Column.Text(NO_TEXTS, new int[rows]) : (Column.Text) column;
    }

    /** The amounts of that name; all null (NaN) where the chunk has none. */
    public double[] amounts(String name) {
        final Column column = columns.get(name);
        if (column != null) {
            return ((Column.Amount) column).values();
        }
        final double[] nulls = new double[rows];
        Arrays.fill(nulls, Double.NaN);
        return nulls;
    }

    /**
     * The start of each line item's interval.
     *
     * @throws MalformedChunkException where the chunk has none
     */
    public Column.Time intervalStart() {
        if (columns.get(Columns.INTERVAL_START) instanceof Column.Time time) {
            return time;
        }
        throw new MalformedChunkException("column " + Columns.INTERVAL_START + " is missing");
    }
}

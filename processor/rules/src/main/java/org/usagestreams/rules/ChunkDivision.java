package org.usagestreams.rules;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.Column;

/** Divides the line items of a chunk: each portion becomes a separate chunk, in the original order. */
final class ChunkDivision {
    /** Takes the chunk of a portion that has line items. */
    interface Target {
        void accept(int portion, Chunk chunk);
    }

    private ChunkDivision() {}

    /**
     * Divides a chunk.
     *
     * @param portionOf the portion of each line item
     * @param portions how many there are
     */
    static void divide(Chunk chunk, int[] portionOf, int portions, Target target) {
        final int[] ends = new int[portions];
        for (int row = 0; row < chunk.rows(); row++) {
            ends[portionOf[row]]++;
        }
        for (int portion = 1; portion < portions; portion++) {
            ends[portion] += ends[portion - 1];
        }
        final int[] order = new int[chunk.rows()];
        for (int row = chunk.rows() - 1; row >= 0; row--) {
            order[--ends[portionOf[row]]] = row;
        }
        // What were ends are the beginnings now.
        for (int portion = 0; portion < portions; portion++) {
            final int end = portion + 1 < portions ? ends[portion + 1] : order.length;
            if (end > ends[portion]) {
                target.accept(portion, select(chunk, Arrays.copyOfRange(order, ends[portion], end)));
            }
        }
    }

    private static Chunk select(Chunk chunk, int[] rows) {
        final Map<String, Column> columns = new HashMap<>();
        chunk.columns().forEach((name, column) -> columns.put(name, select(column, rows)));
        return new Chunk(rows.length, columns);
    }

    private static Column select(Column column, int[] rows) {
        if (column instanceof Column.Text text) {
            return select(text, rows);
        }
        if (column instanceof Column.Time time) {
            return select(time, rows);
        }
        final double[] values = ((Column.Amount) column).values();
        final double[] selected = new double[rows.length];
        for (int i = 0; i < rows.length; i++) {
            selected[i] = values[rows[i]];
        }
        return new Column.Amount(selected);
    }

    private static Column.Text select(Column.Text text, int[] rows) {
        // By code, the selection's code; 0 if it has none yet. Null is 0 in both.
        final int[] translated = new int[text.dictionary().length + 1];
        final int[] codes = new int[rows.length];
        final String[] dictionary = new String[Math.min(rows.length, text.dictionary().length)];
        int size = 0;
        for (int i = 0; i < rows.length; i++) {
            final int code = text.codes()[rows[i]];
            if (code != 0 && translated[code] == 0) {
                dictionary[size++] = text.dictionary()[code - 1];
                translated[code] = size;
            }
            codes[i] = translated[code];
        }
        return new Column.Text(Arrays.copyOf(dictionary, size), codes);
    }

    private static Column.Time select(Column.Time time, int[] rows) {
        final int[] translated = new int[time.dictionary().length];
        final int[] codes = new int[rows.length];
        final long[] dictionary = new long[Math.min(rows.length, time.dictionary().length)];
        int size = 0;
        for (int i = 0; i < rows.length; i++) {
            final int code = time.codes()[rows[i]];
            if (translated[code] == 0) {
                dictionary[size++] = time.dictionary()[code];
                translated[code] = size;
            }
            codes[i] = translated[code] - 1;
        }
        return new Column.Time(Arrays.copyOf(dictionary, size), codes);
    }
}

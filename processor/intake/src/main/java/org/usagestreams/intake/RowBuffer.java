package org.usagestreams.intake;

import java.util.Arrays;
import java.util.List;
import org.apache.parquet.io.api.Binary;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.time.TimeText;

/** Rows of a report by columns, until there are enough to be written. Not thread-safe. */
final class RowBuffer {
    /** Rows that it holds. */
    static final int ROWS = 2_048;

    /** Rows with so many bytes of text are enough. */
    static final int TEXT_BYTES = 4 << 20;

    private static final long MICROS_OF_A_DAY = 86_400_000_000L;

    private final PayloadReport report;
    private final int start;

    /** By column, null where the column is of another kind; what no file fills stays null. */
    private final long[][] times;

    private final double[][] amounts;
    private final Texts[] texts;
    private int rows;
    private int textBytes;

    RowBuffer(PayloadReport report) {
        this.report = report;
        final List<ColumnSpec> columns = report.columns();
        times = new long[columns.size()][];
        amounts = new double[columns.size()][];
        texts = new Texts[columns.size()];
        int found = -1;
        for (int i = 0; i < columns.size(); i++) {
            switch (columns.get(i).kind()) {
                case TIME -> {
                    times[i] = new long[ROWS];
                    Arrays.fill(times[i], TimeText.NONE);
                }
                case AMOUNT -> {
                    amounts[i] = new double[ROWS];
                    Arrays.fill(amounts[i], Double.NaN);
                }
                case NAME, LABELS -> texts[i] = new Texts();
            }
            if (columns.get(i).name().equals(Columns.INTERVAL_START)) {
                found = i;
            }
        }
        start = found;
    }

    /** The texts of a column. */
    static final class Texts {
        /** Of each row; null where there is none. */
        final Binary[] values = new Binary[ROWS];

        /** Of each text in its {@link TextPool}, or {@link TextPool#NOT_POOLED}. */
        final int[] numbers = new int[ROWS];

        /** See {@link TextPool#begin}. */
        Object pool;
    }

    PayloadReport report() {
        return report;
    }

    int rows() {
        return rows;
    }

    boolean isFull() {
        return rows == ROWS || textBytes >= TEXT_BYTES;
    }

    /**
     * Ends the row at hand.
     *
     * @param bytes of its text, about
     */
    void endRow(int bytes) {
        rows++;
        textBytes += bytes;
    }

    /** Empties it. */
    void clear() {
        if (textBytes >= TEXT_BYTES) {
            for (final Texts column : texts) {
                if (column != null) {
                    Arrays.fill(column.values, null);
                }
            }
        }
        rows = 0;
        textBytes = 0;
    }

    /** Microseconds since 1970 of a column, or {@link TimeText#NONE}; the row at hand is {@link #rows}. */
    long[] times(int column) {
        return times[column];
    }

    /** Amounts of a column; NaN is null. */
    double[] amounts(int column) {
        return amounts[column];
    }

    Texts texts(int column) {
        return texts[column];
    }

    boolean hasStart(int row) {
        return times[start][row] != TimeText.NONE;
    }

    /** The usage date of a row that has a start, in days since 1970. */
    long day(int row) {
        return Math.floorDiv(times[start][row], MICROS_OF_A_DAY);
    }
}

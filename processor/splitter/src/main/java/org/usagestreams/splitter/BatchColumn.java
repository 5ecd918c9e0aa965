package org.usagestreams.splitter;

import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.PrimitiveConverter;

/**
 * One needed column. It decodes a window of rows at a time, as far as its texts allow, and a batch is of rows that the windows of
 * all columns hold. It has a converter for each leaf that it reads.
 */
abstract class BatchColumn {
    /** The place in the window of the batch's first row. */
    private int first;

    private int available;

    /** The leaves' converters, in the order of the file's schema. */
    abstract List<PrimitiveConverter> converters();

    /** Begins the row group of that number; readers are those of the leaves, in the same order. */
    abstract void begin(int rowGroup, List<ColumnReader> readers);

    /**
     * Decodes the next rows into the window; what it held is gone.
     *
     * @param rows the most
     * @return how many; at least one
     * @throws RejectedObjectException if the column holds what it cannot hold
     */
    abstract int read(int rows) throws RejectedObjectException;

    /** Bytes that a row takes in the window, its texts left out. */
    abstract int bytesPerRow();

    /** Decodes rows where the window has none left; how many it has. */
    final int fill(int rows) throws RejectedObjectException {
        if (available == 0) {
            available = read(rows);
            first = 0;
        }
        return available;
    }

    /** Leaves rows behind. */
    final void advance(int rows) {
        first += rows;
        available -= rows;
    }

    /** The place in the window of the batch's first row. */
    final int first() {
        return first;
    }
}

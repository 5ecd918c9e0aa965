package org.usagestreams.splitter;

import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.PrimitiveConverter;

/** One needed column of the rows that are decoded at once. It has a converter for each leaf that it reads. */
abstract class BatchColumn {
    /** The leaves' converters, in the order of the file's schema. */
    abstract List<PrimitiveConverter> converters();

    /** Begins the row group of that number; readers are those of the leaves, in the same order. */
    abstract void begin(int rowGroup, List<ColumnReader> readers);

    /**
     * Reads the next rows; what the batch before held is gone.
     *
     * @throws RejectedObjectException where the column holds what it cannot hold
     */
    abstract void read(int rows) throws RejectedObjectException;
}

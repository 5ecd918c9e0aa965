package org.usagestreams.splitter;

import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.PrimitiveConverter;

/** A column that is a leaf of the file's schema, with at most one value a row. */
abstract class LeafColumn extends BatchColumn {
    /** The row that the converter's next value is of. */
    int row;

    /** Whether the window has no room for another row; columns without texts always have. */
    boolean full;

    /** Null for a column that the file has no values of. */
    private ColumnReader reader;

    abstract PrimitiveConverter converter();

    /** Makes room for so many rows, all of them null. */
    abstract void startWindow(int rows);

    @Override
    List<PrimitiveConverter> converters() {
        return List.of(converter());
    }

    @Override
    void begin(int rowGroup, List<ColumnReader> readers) {
        reader = readers.get(0);
    }

    @Override
    int read(int rows) {
        startWindow(rows);
        if (reader == null) {
            return rows;
        }
        final int present = reader.getDescriptor().getMaxDefinitionLevel();
        for (row = 0; row < rows && !full; row++) {
            if (reader.getCurrentDefinitionLevel() == present) {
                reader.writeCurrentValueToConverter();
            }
            reader.consume();
        }
        return row;
    }
}

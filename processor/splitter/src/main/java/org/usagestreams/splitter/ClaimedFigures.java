package org.usagestreams.splitter;

import java.util.List;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.schema.MessageType;

/**
 * The claims of a footer about the columns that are read. They are compared with the object's size before anything is read or memory is
 * allocated.
 *
 * @param schema of the columns that are read
 * @param reportColumns columns of the report; one that the file does not have still has a null for each row
 * @param length of the object in bytes
 */
record ClaimedFigures(MessageType schema, int reportColumns, long length, SplitLimits limits) {
    /**
     * Checks all row groups.
     *
     * @return how many values they claim
     * @throws RejectedObjectException if they claim more than they may, or what cannot be
     * @throws ArithmeticException if a sum is one that no file has
     */
    long check(List<BlockMetaData> rowGroups) throws RejectedObjectException {
        long values = 0;
        for (int i = 0; i < rowGroups.size(); i++) {
            values = Math.addExact(values, values(rowGroups.get(i), ReportFile.place(i)));
        }
        if (values > limits.objectValues()) {
            throw new RejectedObjectException("its needed columns claim " + values + " values, over the limit of "
                    + limits.objectValues() + " (setting splitter.object.values)");
        }
        if (values > limits.values().of(length)) {
            throw new RejectedObjectException("its needed columns claim " + values + " values, over the limit of "
                    + limits.values().of(length) + " for its " + length
                    + " bytes (settings splitter.object.values.base and splitter.object.values.per.byte)");
        }
        return values;
    }

    private long values(BlockMetaData rowGroup, String place) throws RejectedObjectException {
        final long rows = rowGroup.getRowCount();
        if (rows < 0) {
            throw new RejectedObjectException("it claims " + rows + " rows", place, null);
        }
        if (rows == 0) {
            return 0;
        }
        long values = Math.multiplyExact(rows, Math.max(0L, reportColumns - schema.getFieldCount()));
        long stored = 0;
        for (final ColumnChunkMetaData column : rowGroup.getColumns()) {
            if (schema.containsPath(column.getPath().toArray())) {
                check(column, rows, place);
                values = Math.addExact(values, column.getValueCount());
                stored = Math.addExact(stored, column.getTotalSize());
            }
        }
        if (stored > limits.rowGroupBytes()) {
            throw new RejectedObjectException(
                    "its needed columns have " + stored + " bytes, over the limit of " + limits.rowGroupBytes()
                            + " (setting splitter.row.group.bytes)",
                    place,
                    null);
        }
        return values;
    }

    private void check(ColumnChunkMetaData column, long rows, String place) throws RejectedObjectException {
        final long start = column.getStartingPos();
        final long size = column.getTotalSize();
        if (start < 0 || size < 0 || size > length - start) {
            throw new RejectedObjectException(
                    "column " + column.getPath().toDotString() + " claims " + size + " bytes at " + start
                            + ", outside the object's " + length + " bytes",
                    place,
                    null);
        }
        if (column.getValueCount() < rows) {
            throw new RejectedObjectException(
                    "column " + column.getPath().toDotString() + " claims " + column.getValueCount() + " values of "
                            + rows + " rows",
                    place,
                    null);
        }
    }
}

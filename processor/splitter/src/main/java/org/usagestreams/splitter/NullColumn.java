package org.usagestreams.splitter;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.Type;

/**
 * A column of a wrong type. It is treated as missing if it holds no value, because other programs choose any type for a column without
 * values. Its definition levels are decoded only if the file's statistics do not show that.
 */
final class NullColumn extends BatchColumn {
    private final RejectedObjectException wrongType;
    private final List<PrimitiveConverter> converters;
    private ColumnReader reader;
    private int rowGroup;

    private NullColumn(RejectedObjectException wrongType, int leaves) {
        this.wrongType = wrongType;
        converters = IntStream.range(0, leaves)
                .<PrimitiveConverter>mapToObj(i -> new Ignoring())
                .collect(Collectors.toUnmodifiableList());
    }

    /**
     * Looks into the statistics.
     *
     * @param wrongType says which column it is and which type it should have
     * @param leaves of the field
     * @return a column that checks its rows while they are read; empty if the statistics say that there is no value
     * @throws RejectedObjectException if the column holds a value
     */
    static Optional<NullColumn> of(
            Type field, int leaves, List<BlockMetaData> rowGroups, RejectedObjectException wrongType)
            throws RejectedObjectException {
        boolean unknown = false;
        for (int i = 0; i < rowGroups.size(); i++) {
            final BlockMetaData rowGroup = rowGroups.get(i);
            if (rowGroup.getRowCount() == 0) {
                continue;
            }
            if (!field.isRepetition(Type.Repetition.OPTIONAL)) {
                throw holdsValues(wrongType, i);
            }
            // A leaf of a group may be null if the group is not.
            final Optional<ColumnChunkMetaData> chunk = field.isPrimitive() ? chunk(rowGroup, field) : Optional.empty();
            final Optional<Statistics<?>> statistics = chunk.map(NullColumn::statistics);
            if (statistics.isEmpty() || !statistics.get().isNumNullsSet()) {
                unknown = true;
            } else if (statistics.get().getNumNulls() < chunk.get().getValueCount()) {
                throw holdsValues(wrongType, i);
            }
        }
        return unknown ? Optional.of(new NullColumn(wrongType, leaves)) : Optional.empty();
    }

    private static Optional<ColumnChunkMetaData> chunk(BlockMetaData rowGroup, Type field) {
        return rowGroup.getColumns().stream()
                .filter(column -> column.getPath().size() == 1
                        && column.getPath().toArray()[0].equals(field.getName()))
                .findFirst();
    }

    private static Statistics<?> statistics(ColumnChunkMetaData chunk) {
        return chunk.getStatistics();
    }

    private static RejectedObjectException holdsValues(RejectedObjectException wrongType, int rowGroup) {
        final String place = ReportFile.place(rowGroup);
        return new RejectedObjectException(
                wrongType.getMessage() + "; " + place + " has values in it", place, wrongType);
    }

    @Override
    List<PrimitiveConverter> converters() {
        return converters;
    }

    @Override
    void begin(int number, List<ColumnReader> readers) {
        rowGroup = number;
        reader = readers.get(0);
    }

    /** A field that is null has one level in each of its leaves, so the first leaf tells. */
    @Override
    int read(int rows) throws RejectedObjectException {
        for (int row = 0; row < rows; row++) {
            if (reader.getCurrentDefinitionLevel() > 0) {
                throw holdsValues(wrongType, rowGroup);
            }
            reader.consume();
        }
        return rows;
    }

    @Override
    int bytesPerRow() {
        return 0;
    }

    /** Is never given a value. */
    private static final class Ignoring extends PrimitiveConverter {}
}

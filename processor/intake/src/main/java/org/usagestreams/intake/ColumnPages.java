package org.usagestreams.intake;

import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.column.values.ValuesWriter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.usagestreams.wire.time.TimeText;

/**
 * A column of a row group while it is written, as pages of bounded size. It does what Parquet's own column writers do, for columns
 * without nesting, many values at a time. Not thread-safe.
 */
final class ColumnPages {
    private static final int NULL = 0;
    private static final int VALUE = 1;

    private final ColumnDescriptor column;
    private final ParquetProperties properties;
    private final PageWriter pages;
    private final ValuesWriter repetitions;
    private final ValuesWriter levels;
    private final ValuesWriter values;
    private final PooledTextWriter texts;
    private final int rowsOfAPage;
    private final int bytesOfAPage;
    private Statistics<?> statistics;

    /** Of the page at hand. */
    private int rows;

    ColumnPages(ColumnDescriptor column, ParquetProperties properties, PageWriter pages) {
        this.column = column;
        this.properties = properties;
        this.pages = pages;
        repetitions = properties.newRepetitionLevelWriter(column);
        levels = properties.newDefinitionLevelWriter(column);
        if (column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY) {
            texts = new PooledTextWriter(
                    properties.getDictionaryPageSizeThreshold(),
                    properties.getInitialSlabSize(),
                    properties.getPageSizeThreshold(),
                    properties.getAllocator());
            values = texts;
        } else {
            texts = null;
            values = properties.newValuesWriter(column);
        }
        statistics = statistics();
        rowsOfAPage = properties.getPageRowCountLimit();
        bytesOfAPage = properties.getPageSizeThreshold();
    }

    /** They count times only. */
    private Statistics<?> statistics() {
        return properties.getStatisticsEnabled(column)
                ? Statistics.createStats(column.getPrimitiveType())
                : Statistics.noopStats(column.getPrimitiveType());
    }

    /**
     * Adds times.
     *
     * @param chosen the numbers of the values that are meant, the first {@code count} of them
     */
    void times(long[] all, int[] chosen, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            final long value = all[chosen[i]];
            if (value == TimeText.NONE) {
                addNull();
            } else {
                levels.writeInteger(VALUE);
                values.writeLong(value);
                statistics.updateStats(value);
            }
            endRow(0);
        }
    }

    /** Adds amounts, as {@link #times} does. */
    void amounts(double[] all, int[] chosen, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            final double value = all[chosen[i]];
            if (Double.isNaN(value)) {
                addNull();
            } else {
                levels.writeInteger(VALUE);
                values.writeDouble(value);
            }
            endRow(0);
        }
    }

    /** Adds texts, as {@link #times} does. */
    void texts(RowBuffer.Texts all, int[] chosen, int count) throws IOException {
        texts.use(all.pool);
        for (int i = 0; i < count; i++) {
            final int row = chosen[i];
            if (all.values[row] == null) {
                addNull();
            } else {
                levels.writeInteger(VALUE);
                texts.write(all.values[row], all.numbers[row]);
            }
            endRow(texts.getBufferedSize());
        }
    }

    private void addNull() {
        levels.writeInteger(NULL);
        statistics.incrementNumNulls();
    }

    /**
     * Ends a row.
     *
     * @param bytes of the page that may be too many; those of times and amounts are few
     */
    private void endRow(long bytes) throws IOException {
        rows++;
        if (rows == rowsOfAPage || bytes >= bytesOfAPage) {
            endPage();
        }
    }

    private void endPage() throws IOException {
        final BytesInput bytes = BytesInput.concat(repetitions.getBytes(), levels.getBytes(), values.getBytes());
        pages.writePage(
                bytes, rows, rows, statistics, repetitions.getEncoding(), levels.getEncoding(), values.getEncoding());
        repetitions.reset();
        levels.reset();
        values.reset();
        statistics = statistics();
        rows = 0;
    }

    /** Writes what is left. */
    void end() throws IOException {
        if (rows > 0) {
            endPage();
        }
        final DictionaryPage dictionary = values.toDictPageAndClose();
        if (dictionary != null) {
            pages.writeDictionaryPage(dictionary);
        }
        values.resetDictionary();
        repetitions.close();
        levels.close();
        values.close();
    }

    /** Bytes that wait in memory. */
    long memoryBytes() {
        return Math.max(
                levels.getBufferedSize() + values.getBufferedSize() + pages.getMemSize(),
                levels.getAllocatedSize() + values.getAllocatedSize() + pages.allocatedSize());
    }
}

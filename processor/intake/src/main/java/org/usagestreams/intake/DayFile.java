package org.usagestreams.intake;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;

/**
 * The Parquet file of a report and usage date while it is written. Rows go to the columns' pages directly, a column at a time.
 * Between row groups it retains nothing but the file's footer. Not thread-safe.
 */
final class DayFile implements Closeable {
    private static final int DICTIONARY_BYTES = 2 << 20;

    private static final ParquetProperties PROPERTIES = properties();

    private final Path path;
    private final PayloadReport report;
    private final MessageType schema;
    private final ParquetFileWriter file;
    private final BytesInputCompressor compressor;
    private ColumnChunkPageWriteStore pages;
    private ColumnPages[] columns;
    private long rowGroupRows;
    private int rowGroups;
    private long rows;
    private boolean ended;
    private boolean closed;

    /**
     * Begins a file that is not there yet.
     *
     * @param compressor of pages; other files may use it as well
     */
    DayFile(Path path, PayloadReport report, BytesInputCompressor compressor) throws IOException {
        this.path = path;
        this.compressor = compressor;
        this.report = report;
        schema = schema(report);
        file = new ParquetFileWriter(
                new LocalOutputFile(path),
                schema,
                ParquetFileWriter.Mode.CREATE,
                ParquetWriter.DEFAULT_BLOCK_SIZE,
                ParquetWriter.MAX_PADDING_SIZE_DEFAULT,
                null,
                PROPERTIES);
        file.start();
    }

    private static ParquetProperties properties() {
        final ParquetProperties.Builder properties = ParquetProperties.builder()
                .withDictionaryPageSize(DICTIONARY_BYTES)
                // Nobody looks for a row by its values but for its time.
                .withStatisticsEnabled(false)
                .withStatisticsEnabled(Columns.INTERVAL_START, true)
                .withSizeStatisticsEnabled(false);
        for (final String usage : List.of(Columns.USAGE_CPU, Columns.USAGE_MEMORY, Columns.CLAIM_USAGE_BYTE_SECONDS)) {
            // Hardly a value is there twice.
            properties.withDictionaryEncoding(usage, false);
        }
        return properties.build();
    }

    private static MessageType schema(PayloadReport report) {
        final Types.MessageTypeBuilder schema = Types.buildMessage();
        for (final ColumnSpec column : report.columns()) {
            schema.addField(field(column));
        }
        return schema.named(report.segment());
    }

    private static PrimitiveType field(ColumnSpec column) {
        return switch (column.kind()) {
            case TIME ->
                Types.optional(PrimitiveTypeName.INT64)
                        .as(LogicalTypeAnnotation.timestampType(true, LogicalTypeAnnotation.TimeUnit.MICROS))
                        .named(column.name());
            case AMOUNT -> Types.optional(PrimitiveTypeName.DOUBLE).named(column.name());
            case NAME, LABELS ->
                Types.optional(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named(column.name());
        };
    }

    /**
     * Adds rows.
     *
     * @param chosen the numbers of the buffer's rows that are meant, the first {@code count} of them
     */
    void write(RowBuffer buffer, int[] chosen, int count) throws IOException {
        if (columns == null) {
            beginRowGroup();
        }
        final List<ColumnSpec> specs = report.columns();
        for (int i = 0; i < columns.length; i++) {
            switch (specs.get(i).kind()) {
                case TIME -> columns[i].times(buffer.times(i), chosen, count);
                case AMOUNT -> columns[i].amounts(buffer.amounts(i), chosen, count);
                case NAME, LABELS -> columns[i].texts(buffer.texts(i), chosen, count);
            }
        }
        rowGroupRows += count;
        rows += count;
    }

    private void beginRowGroup() {
        pages = ColumnChunkPageWriteStore.builder()
                .withSchema(schema)
                .withCompressorProvider(column -> compressor)
                .withAllocator(PROPERTIES.getAllocator())
                .withColumnIndexTruncateLength(PROPERTIES.getColumnIndexTruncateLength())
                .withPageWriteChecksumEnabled(true)
                .withRowGroupOrdinal(rowGroups)
                .build();
        columns = schema.getColumns().stream()
                .map(column -> new ColumnPages(column, PROPERTIES, pages.getPageWriter(column)))
                .toArray(ColumnPages[]::new);
    }

    /** Bytes of rows that wait in memory. */
    long memoryBytes() {
        long bytes = 0;
        if (columns != null) {
            for (final ColumnPages column : columns) {
                bytes += column.memoryBytes();
            }
        }
        return bytes;
    }

    /** Rows of the row group that is not written yet. */
    long rowGroupRows() {
        return rowGroupRows;
    }

    long rows() {
        return rows;
    }

    Path path() {
        return path;
    }

    /** Bytes on disk so far. */
    long fileBytes() throws IOException {
        return ended ? Files.size(path) : file.getPos();
    }

    /** Writes the rows that wait as a row group. */
    void endRowGroup() throws IOException {
        if (columns == null) {
            return;
        }
        file.startBlock(rowGroupRows);
        for (final ColumnPages column : columns) {
            column.end();
        }
        pages.flushToFileWriter(file);
        file.endBlock();
        pages.close();
        columns = null;
        pages = null;
        rowGroupRows = 0;
        rowGroups++;
    }

    /** Writes what is left and the footer. */
    void end() throws IOException {
        endRowGroup();
        file.end(Map.of());
        file.close();
        ended = true;
        closed = true;
    }

    /** Gives up what is not ended; what is on disk stays there. */
    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            // What waits is on the heap, and goes with it.
            columns = null;
            pages = null;
            file.abort();
            file.close();
        }
    }
}

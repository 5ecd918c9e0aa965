package org.usagestreams.splitter;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.usagestreams.parquet.BlockCodecs;
import org.usagestreams.wire.chunk.ReportType;

/**
 * A report's Parquet file. Of a row group only the needed columns are read, as they are stored; of these, a batch of rows at a
 * time is decoded.
 *
 * <p>Parquet reports a file that is none, is cut off or contradicts itself by exceptions of all kinds, and wraps the store's in
 * them. They leave as {@link RejectedObjectException}, which says what is broken and where, or as what the store threw.
 */
final class ReportFile implements Closeable {
    /** Where a file is broken that is not in a row group. */
    static final String FOOTER = "footer";

    private final SplitLimits limits;
    private final FileEnds ends;
    private final SeekableInputStream stream;
    private ParquetFileReader reader;
    private NeededColumns columns;
    private int rowGroup = -1;
    private PageReadStore pages;
    private GuardedPages guarded;
    private long rowsLeft;
    private int batchRows;

    /** The column at hand; null where none is known. */
    private Type field;

    private long readNanos;

    private ReportFile(InputFile file, SplitLimits limits) throws IOException {
        this.limits = limits;
        stream = file.newStream();
        ends = new FileEnds(stream, file.getLength(), limits.footerBytes());
    }

    /**
     * Reads the footer.
     *
     * @param type the report whose columns are needed
     * @throws RejectedObjectException where the file is none that can be read, or not one of that type
     * @throws IOException where the file cannot be read now
     */
    static ReportFile open(InputFile file, ReportType type, SplitLimits limits)
            throws IOException, RejectedObjectException {
        final ReportFile opened = new ReportFile(file, limits);
        try {
            opened.readFooter(file, type);
            return opened;
        } catch (IOException | RuntimeException | RejectedObjectException | StackOverflowError e) {
            try (opened) {
                throw opened.failure(e);
            }
        }
    }

    private void readFooter(InputFile file, ReportType type) throws IOException, RejectedObjectException {
        ends.check();
        reader = ParquetFileReader.open(
                file,
                ParquetReadOptions.builder(new PlainParquetConfiguration())
                        .withCodecFactory(new BlockCodecs(limits.pageBytes()))
                        .usePageChecksumVerification(true)
                        .build(),
                stream);
        columns = new NeededColumns(reader.getFileMetaData().getSchema(), reader.getRowGroups(), type, limits);
        reader.setRequestedSchema(columns.schema());
        long values = 0;
        for (final BlockMetaData block : reader.getRowGroups()) {
            values = Math.addExact(values, sum(block, ColumnChunkMetaData::getValueCount));
        }
        if (values > limits.objectValues()) {
            throw new RejectedObjectException("its needed columns claim " + values + " values, over the limit of "
                    + limits.objectValues() + " (setting splitter.object.values)");
        }
    }

    /** What a row group is called. */
    static String place(int rowGroup) {
        return "row group " + rowGroup;
    }

    /** How many row groups the file has. */
    int rowGroups() {
        return reader.getRowGroups().size();
    }

    /** The columns, with the values of the rows at hand. */
    NeededColumns columns() {
        return columns;
    }

    /** How long reading has taken. */
    long readNanos() {
        return readNanos;
    }

    /** Where reading stands. */
    String place() {
        return rowGroup < 0 ? FOOTER : place(rowGroup);
    }

    /**
     * Reads the next rows.
     *
     * @return how many; 0 at the end
     * @throws RejectedObjectException where the file is broken
     * @throws IOException where it cannot be read now
     */
    int next() throws IOException, RejectedObjectException {
        final long start = System.nanoTime();
        try {
            while (rowsLeft == 0) {
                if (rowGroup + 1 >= rowGroups()) {
                    return 0;
                }
                begin(++rowGroup);
            }
            final int rows = (int) Math.min(batchRows, rowsLeft);
            final List<BatchColumn> read = columns.inSchemaOrder();
            for (int i = 0; i < read.size(); i++) {
                field = columns.schema().getType(i);
                read.get(i).read(rows);
            }
            columns.readNulls(rows);
            rowsLeft -= rows;
            return rows;
        } catch (IOException | RuntimeException | RejectedObjectException | StackOverflowError e) {
            throw failure(e);
        } finally {
            readNanos += System.nanoTime() - start;
        }
    }

    private void begin(int number) throws IOException, RejectedObjectException {
        final BlockMetaData block = reader.getRowGroups().get(number);
        closePages();
        rowsLeft = Math.max(0, block.getRowCount());
        if (rowsLeft == 0) {
            return;
        }
        final long stored = sum(block, ColumnChunkMetaData::getTotalSize);
        if (stored > limits.rowGroupBytes()) {
            throw new RejectedObjectException("its needed columns have " + stored + " bytes, over the limit of "
                    + limits.rowGroupBytes() + " (setting splitter.row.group.bytes)");
        }
        field = null;
        pages = reader.readRowGroup(number);
        guarded = new GuardedPages(pages, limits.pagesBytes());
        rowsLeft = pages.getRowCount();
        batchRows = batchRows(block);
        final MessageType schema = columns.schema();
        final ColumnReadStoreImpl store = new ColumnReadStoreImpl(
                guarded,
                new ColumnConverters(schema, columns),
                schema,
                reader.getFileMetaData().getCreatedBy());
        final List<ColumnDescriptor> leaves = schema.getColumns();
        int leaf = 0;
        for (int i = 0; i < columns.inSchemaOrder().size(); i++) {
            field = schema.getType(i);
            final BatchColumn column = columns.inSchemaOrder().get(i);
            final List<ColumnReader> readers = new ArrayList<>();
            for (int n = 0; n < column.converters().size(); n++) {
                readers.add(store.getColumnReader(leaves.get(leaf++)));
            }
            column.begin(number, readers);
        }
    }

    /** Fewer rows at once where they are large, so that what a batch decodes to stays bounded. */
    private int batchRows(BlockMetaData block) {
        final long bytes = sum(block, ColumnChunkMetaData::getTotalUncompressedSize);
        final double perRow = Math.max(1.0, (double) bytes / block.getRowCount());
        return (int) Math.max(1, Math.min(limits.batchRows(), limits.batchBytes() / perRow));
    }

    /** Of the columns that are read, as the file's own figures tell; a sum that no file has is an arithmetic error. */
    private long sum(BlockMetaData block, ToLongFunction<ColumnChunkMetaData> figure) {
        long sum = 0;
        for (final ColumnChunkMetaData column : block.getColumns()) {
            if (columns.schema().containsPath(column.getPath().toArray())) {
                sum = Math.addExact(sum, Math.max(0, figure.applyAsLong(column)));
            }
        }
        return sum;
    }

    /**
     * What a failure is: the file's fault, with its place, or not.
     *
     * @return a rejection
     * @throws IOException where it is not the file's fault
     */
    private RejectedObjectException failure(Throwable e) throws IOException {
        if (e instanceof RejectedObjectException rejection) {
            return rejection.place() != null
                    ? rejection
                    : new RejectedObjectException(rejection.getMessage(), place(), rejection);
        }
        ReadFailures.throwOfTheStore(e);
        try {
            ends.checkHead();
            if (rowGroup < 0) {
                return new RejectedObjectException("not readable as Parquet: " + ReadFailures.why(e), FOOTER, e);
            }
            final String column = field == null ? brokenColumn() : field.getName();
            final String page = field == null || guarded == null ? "" : guarded.pageOf(field);
            return new RejectedObjectException(
                    "not readable as Parquet: " + (column == null ? "" : "column " + column + " is broken in ")
                            + place() + page + ": " + ReadFailures.why(e),
                    place(),
                    e);
        } catch (RejectedObjectException none) {
            return none;
        }
    }

    /** The column whose pages cannot be found, by reading each alone; null where each can. */
    private String brokenColumn() throws IOException {
        for (final Type each : columns.schema().getFields()) {
            reader.setRequestedSchema(new MessageType(columns.schema().getName(), each));
            try (PageReadStore alone = reader.readRowGroup(rowGroup)) {
                alone.getRowCount();
            } catch (IOException | RuntimeException e) {
                ReadFailures.throwOfTheStore(e);
                return each.getName();
            }
        }
        return null;
    }

    private void closePages() {
        if (pages != null) {
            pages.close();
            pages = null;
        }
    }

    @Override
    public void close() throws IOException {
        closePages();
        if (reader != null) {
            reader.close();
        }
        stream.close();
    }
}

package org.usagestreams.splitter;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.io.InputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.usagestreams.parquet.BlockCodecs;
import org.usagestreams.wire.chunk.ReportType;

/**
 * A report's Parquet file. Only the needed columns of a row group are read, as they are stored, and one batch of rows at a time is decoded.
 *
 * <p>If a file is not a Parquet file, is cut off or contradicts itself, Parquet throws exceptions of all kinds, and wraps those of the
 * store in them. They leave as {@link RejectedObjectException}, which says what is broken and where, or as what the store threw.
 */
final class ReportFile implements Closeable {
    /** Where a file is broken that is not in a row group. */
    static final String FOOTER = "footer";

    private final SplitLimits limits;
    private final ObjectBudget budget;
    private final BlockCodecs codecs;
    private final long length;
    private final ReportType type;
    private final FileEnds ends;
    private final SeekableInputStream stream;
    private ParquetFileReader reader;
    private NeededColumns columns;
    private int rowGroup = -1;
    private StoredPages pages;
    private long rowsLeft;
    private int batchRows;
    private int rows;

    /** The column at hand; null if none is known. */
    private Type field;

    private long readNanos;

    private ReportFile(InputFile file, ReportType type, SplitLimits limits, ObjectBudget.Pace pace) throws IOException {
        this.limits = limits;
        this.type = type;
        length = file.getLength();
        budget = new ObjectBudget(limits, length, pace);
        codecs = new BlockCodecs(limits.pageBytes(), budget::require);
        stream = file.newStream();
        ends = new FileEnds(stream, length, limits.footerBytes());
    }

    /**
     * Reads the footer.
     *
     * @param type the report whose columns are needed
     * @param pace asked now and then whether there is time for more
     * @throws RejectedObjectException if the file is none that can be read, or not one of that type
     * @throws IOException if the file cannot be read now
     */
    static ReportFile open(InputFile file, ReportType type, SplitLimits limits, ObjectBudget.Pace pace)
            throws IOException, RejectedObjectException {
        final ReportFile opened = new ReportFile(file, type, limits, pace);
        try {
            opened.readFooter(file);
            return opened;
        } catch (IOException | RuntimeException | RejectedObjectException | StackOverflowError e) {
            try (opened) {
                throw opened.failure(e);
            }
        }
    }

    private void readFooter(InputFile file) throws IOException, RejectedObjectException {
        new FooterClaims(ends.check(), budget).check();
        reader = ParquetFileReader.open(
                file,
                ParquetReadOptions.builder(new PlainParquetConfiguration())
                        .withCodecFactory(codecs)
                        .build(),
                stream);
        columns = new NeededColumns(reader.getFileMetaData().getSchema(), reader.getRowGroups(), type, limits, budget);
        reader.setRequestedSchema(columns.schema());
        budget.claim(new ClaimedFigures(columns.schema(), type.columns().size(), length, limits)
                .check(reader.getRowGroups()));
        batchRows = (int) Math.max(1, Math.min(limits.batchRows(), limits.batchBytes() / 2 / columns.bytesPerRow()));
        budget.hold((long) batchRows * columns.bytesPerRow());
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
     * @throws RejectedObjectException if the file is broken
     * @throws IOException if it cannot be read now
     */
    int next() throws IOException, RejectedObjectException {
        final long start = System.nanoTime();
        try {
            advance();
            while (rowsLeft == 0) {
                if (rowGroup + 1 >= rowGroups()) {
                    return 0;
                }
                begin(++rowGroup);
            }
            final int wanted = (int) Math.min(batchRows, rowsLeft);
            rows = wanted;
            final List<BatchColumn> read = columns.inSchemaOrder();
            for (int i = 0; i < read.size(); i++) {
                field = columns.schema().getType(i);
                rows = Math.min(rows, read.get(i).fill(wanted));
            }
            for (final BatchColumn none : columns.nulls()) {
                rows = Math.min(rows, none.fill(wanted));
            }
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
        field = null;
        pages = StoredPages.read(stream, block, columns.schema().getColumns(), codecs, budget);
        requireText();
        final MessageType schema = columns.schema();
        final ColumnReadStoreImpl store = new ColumnReadStoreImpl(
                pages,
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

    /** Refuses texts that are too many before the first of them is decoded, as far as headers of pages tell. */
    private void requireText() {
        final List<ColumnDescriptor> leaves = columns.schema().getColumns();
        long least = 0;
        int leaf = 0;
        for (int i = 0; i < columns.inSchemaOrder().size(); i++) {
            field = columns.schema().getType(i);
            final BatchColumn column = columns.inSchemaOrder().get(i);
            for (int n = 0; n < column.converters().size(); n++) {
                final ColumnDescriptor descriptor = leaves.get(leaf++);
                least += column instanceof TextColumn ? pages.leastText(descriptor) : 0;
            }
            budget.requireText(least);
        }
    }

    /** Leaves the rows of the batch behind. */
    private void advance() {
        columns.inSchemaOrder().forEach(column -> column.advance(rows));
        columns.nulls().forEach(column -> column.advance(rows));
        rows = 0;
    }

    /**
     * What a failure is: the file's fault, with its place, or not.
     *
     * @return a rejection
     * @throws IOException if it is not the file's fault
     */
    private RejectedObjectException failure(Throwable e) throws IOException {
        if (e instanceof RejectedObjectException rejection) {
            return rejection.place() != null
                    ? rejection
                    : new RejectedObjectException(rejection.getMessage(), place(), rejection);
        }
        ReadFailures.throwOfTheStore(e);
        ReadFailures.throwOfThePace(e);
        final Optional<String> overBudget = ReadFailures.overBudget(e).map(Throwable::getMessage);
        if (overBudget.isPresent()) {
            return new RejectedObjectException(
                    (field == null ? "" : "column " + field.getName() + " in " + place() + ": ") + overBudget.get(),
                    place(),
                    e);
        }
        try {
            ends.checkHead();
            if (rowGroup < 0) {
                return new RejectedObjectException("not readable as Parquet: " + ReadFailures.why(e), FOOTER, e);
            }
            final String page = field == null || pages == null ? "" : pages.pageOf(field);
            return new RejectedObjectException(
                    "not readable as Parquet: "
                            + (field == null ? "" : "column " + field.getName() + " is broken in ") + place() + page
                            + ": " + ReadFailures.why(e),
                    place(),
                    e);
        } catch (RejectedObjectException none) {
            return none;
        }
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

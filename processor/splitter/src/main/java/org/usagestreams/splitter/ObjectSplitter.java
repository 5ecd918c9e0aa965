package org.usagestreams.splitter;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
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
import org.usagestreams.parquet.BlockCodecs;
import org.usagestreams.store.StoreException;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.Slice;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.notification.ReportKey;

/**
 * Splits one object into row chunks. Of a row group only the needed columns are read, as they are stored; of these, a
 * batch of rows at a time is decoded. The same object gives the same records.
 */
public final class ObjectSplitter {
    /** Interval starts of a slice that are still listed in its end; a day has 24. */
    private static final int LISTED_STARTS = 64;

    /** What a file begins with. */
    private static final int MAGIC_BYTES = 4;

    /** The footer's length and the magic number that a file ends with. */
    private static final int TAIL_BYTES = 8;

    private final SplitLimits limits;
    private final String splitting;

    /** Splits within these bounds. */
    public ObjectSplitter(SplitLimits limits) {
        this.limits = limits;
        splitting = limits.splitting();
    }

    /**
     * Splits an object: chunks as they are made, then an end for each usage date.
     *
     * @param file the object's bytes, all of one version
     * @param version which version that is
     * @param report whose report it is and of which type
     * @param admission which usage dates are taken
     * @throws RejectedObjectException where the object cannot be processed as it is
     * @throws IOException where the object cannot be read now, or the sink cannot take a record
     */
    public SplitResult split(
            InputFile file, ObjectVersion version, ReportKey report, Admission admission, ChunkSink sink)
            throws IOException, RejectedObjectException {
        return new Split(version, report, admission, sink).run(file);
    }

    /** The sink did not take a record; the cause is what it threw. */
    static final class SinkException extends IOException {
        private static final long serialVersionUID = 1L;

        SinkException(Exception cause) {
            super(cause.getMessage(), cause);
        }

        /** Throws what the sink threw. */
        IOException unwrap() {
            if (getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            return (IOException) getCause();
        }
    }

    /** What is known of one date's slice while its object is read. */
    private static final class OpenSlice {
        private int chunks;
        private long rows;
        private final TreeSet<Long> starts = new TreeSet<>();
    }

    private final class Split {
        private final ObjectVersion version;
        private final ReportKey report;
        private final Admission admission;
        private final ChunkSink sink;
        private final String objectId;
        private final String versionId;
        private final Map<LocalDate, OpenSlice> slices = new TreeMap<>();
        private final TreeSet<LocalDate> leftOut = new TreeSet<>();
        private final Map<DropReason, Long> dropped = RowBatch.noneDropped();
        private long rows;
        private long unreadableLabels;
        private int rowGroup = -1;
        private final ObjectSplit event = new ObjectSplit();
        private long readNanos;
        private long sendNanos;

        Split(ObjectVersion version, ReportKey report, Admission admission, ChunkSink sink) {
            this.version = version;
            this.report = report;
            this.admission = admission;
            this.sink = sink;
            objectId = Versions.objectId(version);
            versionId = Versions.versionId(version);
        }

        SplitResult run(InputFile file) throws IOException, RejectedObjectException {
            final long start = System.nanoTime();
            event.begin();
            try (SeekableInputStream stream = file.newStream();
                    ParquetFileReader reader = open(file, stream)) {
                final MessageType schema = reader.getFileMetaData().getSchema();
                final NeededColumns columns = new NeededColumns(schema, report.type(), limits);
                reader.setRequestedSchema(columns.schema());
                final int rowGroups = reader.getRowGroups().size();
                checkValues(reader.getRowGroups(), columns.schema());
                for (int i = 0; i < rowGroups; i++) {
                    rowGroup = i;
                    final BlockMetaData block = reader.getRowGroups().get(i);
                    if (block.getRowCount() > 0) {
                        checkSize(block, columns.schema());
                        final long fetch = System.nanoTime();
                        try (PageReadStore pages = reader.readRowGroup(i)) {
                            readNanos += System.nanoTime() - fetch;
                            split(
                                    pages,
                                    columns,
                                    block,
                                    reader.getFileMetaData().getCreatedBy());
                        }
                    }
                }
                if (!leftOut.isEmpty() && Collections.disjoint(slices.keySet(), admission.readmitted())) {
                    // None of the days that are taken back: it is as old as it was.
                    throw new BeyondRetentionException(leftOut.first(), admission.oldest());
                }
                int chunks = 0;
                for (final Map.Entry<LocalDate, OpenSlice> slice : slices.entrySet()) {
                    chunks += slice.getValue().chunks;
                    end(slice.getKey(), slice.getValue());
                }
                record(chunks, System.nanoTime() - start);
                return new SplitResult(
                        rowGroups, chunks, rows, dropped, unreadableLabels, new TreeSet<>(slices.keySet()), leftOut);
            } catch (RejectedObjectException e) {
                throw e.place() != null || e instanceof BeyondRetentionException
                        ? e
                        : new RejectedObjectException(e.getMessage(), place(), e);
            } catch (IOException | RuntimeException e) {
                // Parquet reports a file that is none, is cut off or contradicts itself by exceptions of all kinds, and
                // wraps the store's in them.
                throw notOfTheFile(e).orElseThrow(() -> new RejectedObjectException(reason(e), place(), e));
            } catch (StackOverflowError e) {
                throw new RejectedObjectException("not readable as Parquet: it nests too deeply", place(), e);
            }
        }

        private void split(PageReadStore pages, NeededColumns columns, BlockMetaData rowGroup, String createdBy)
                throws IOException, RejectedObjectException {
            final MessageType schema = columns.schema();
            final ColumnReadStoreImpl store = new ColumnReadStoreImpl(
                    new GuardedPages(pages, limits.pagesBytes()),
                    new ColumnConverters(schema, columns),
                    schema,
                    createdBy);
            final List<ColumnDescriptor> leaves = schema.getColumns();
            int leaf = 0;
            for (final BatchColumn column : columns.inSchemaOrder()) {
                final List<ColumnReader> readers = new ArrayList<>();
                for (int i = 0; i < column.converters().size(); i++) {
                    readers.add(store.getColumnReader(leaves.get(leaf++)));
                }
                column.begin(readers);
            }
            final int batch = batchRows(rowGroup, schema);
            for (long done = 0; done < pages.getRowCount(); done += batch) {
                final int count = (int) Math.min(batch, pages.getRowCount() - done);
                proceed();
                final long decode = System.nanoTime();
                for (final BatchColumn column : columns.all()) {
                    column.read(count);
                }
                readNanos += System.nanoTime() - decode;
                split(new RowBatch(report.type(), columns, count, dropped), count);
            }
        }

        private void split(RowBatch batch, int count) throws IOException, RejectedObjectException {
            rows += count;
            for (final Map.Entry<LocalDate, int[]> date : batch.rowsByDate().entrySet()) {
                if (admission.refuses(date.getKey())) {
                    throw new BeyondRetentionException(date.getKey(), admission.oldest());
                }
                if (admission.leavesOut(date.getKey())) {
                    leftOut.add(date.getKey());
                    checkDates();
                    continue;
                }
                final OpenSlice slice = slices.computeIfAbsent(date.getKey(), d -> new OpenSlice());
                checkDates();
                final int[] order = date.getValue();
                for (int from = 0; from < order.length; from += limits.chunkRows()) {
                    emit(batch, date.getKey(), slice, order, from, Math.min(from + limits.chunkRows(), order.length));
                }
            }
            unreadableLabels += batch.unreadableLabels();
        }

        /** The records about an object list its dates. */
        private void checkDates() throws RejectedObjectException {
            if (slices.size() + leftOut.size() > limits.dates()) {
                throw new RejectedObjectException(
                        "more than " + limits.dates() + " usage dates (setting splitter.dates)");
            }
        }

        /** Halves what is over the limit of bytes. */
        private void emit(RowBatch batch, LocalDate date, OpenSlice slice, int[] order, int from, int to)
                throws IOException {
            final Chunk chunk = batch.chunk(order, from, to);
            final byte[] columns = ChunkCodec.encodeColumns(chunk);
            if (columns.length > limits.chunkBytes() && to - from > 1) {
                final int middle = (from + to) >>> 1;
                emit(batch, date, slice, order, from, middle);
                emit(batch, date, slice, order, middle, to);
                return;
            }
            for (final long start : chunk.intervalStart().dictionary()) {
                if (slice.starts.size() <= LISTED_STARTS) {
                    slice.starts.add(start);
                }
            }
            slice.rows += chunk.rows();
            final int number = slice.chunks++;
            send(
                    new ChunkKey(day(date), objectId, versionId, splitting, number),
                    ChunkCodec.encode(slice(date), number, chunk.rows(), columns));
        }

        private void end(LocalDate date, OpenSlice open) throws IOException {
            final SliceEnd.Builder end = SliceEnd.newBuilder()
                    .setSlice(slice(date))
                    .setChunks(open.chunks)
                    .setRows(open.rows)
                    .setSplitting(splitting);
            slices.keySet().forEach(d -> end.addDates((int) d.toEpochDay()));
            if (open.starts.size() <= LISTED_STARTS) {
                end.addAllIntervalStarts(open.starts);
            }
            send(ChunkKey.end(day(date), objectId, versionId), end.build().toByteArray());
        }

        /** What the sink throws is not the file's fault. */
        private void send(ChunkKey key, byte[] value) throws IOException {
            final long start = System.nanoTime();
            try {
                sink.accept(key, value);
                sendNanos += System.nanoTime() - start;
            } catch (IOException | RuntimeException e) {
                throw new SinkException(e);
            }
        }

        private void proceed() throws SinkException {
            try {
                sink.proceed();
            } catch (IOException | RuntimeException e) {
                throw new SinkException(e);
            }
        }

        private void record(int chunks, long nanos) {
            event.object = version.getKey();
            event.rows = rows;
            event.chunks = chunks;
            event.read = readNanos;
            event.send = sendNanos;
            event.split = nanos - readNanos - sendNanos;
            event.commit();
        }

        private String place() {
            return rowGroup < 0 ? "footer" : "row group " + rowGroup;
        }

        private DayKey day(LocalDate date) {
            return new DayKey(report.organisation(), report.source(), date);
        }

        private Slice slice(LocalDate date) {
            return Slice.newBuilder()
                    .setVersion(version)
                    .setReport(org.usagestreams.wire.message.ReportType.valueOf(
                            report.type().name()))
                    .setOrganisation(report.organisation())
                    .setSource(report.source())
                    .setUsageDate((int) date.toEpochDay())
                    .setDaily(report.daily())
                    .build();
        }
    }

    /** Looks at the footer's length before it is read and believed. */
    private ParquetFileReader open(InputFile file, SeekableInputStream stream)
            throws IOException, RejectedObjectException {
        final long length = file.getLength();
        if (length >= MAGIC_BYTES + TAIL_BYTES) {
            stream.seek(length - TAIL_BYTES);
            final byte[] tail = new byte[Integer.BYTES];
            stream.readFully(tail);
            final int footer =
                    ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN).getInt();
            if (footer > limits.footerBytes()) {
                throw new RejectedObjectException(
                        "its footer has " + footer + " bytes, over the limit of " + limits.footerBytes()
                                + " (setting splitter.footer.bytes)",
                        "footer",
                        null);
            }
        }
        return ParquetFileReader.open(file, options(), stream);
    }

    private ParquetReadOptions options() {
        return ParquetReadOptions.builder(new PlainParquetConfiguration())
                .withCodecFactory(new BlockCodecs(limits.pageBytes()))
                .usePageChecksumVerification(true)
                .build();
    }

    private void checkValues(List<BlockMetaData> rowGroups, MessageType schema) throws RejectedObjectException {
        long values = 0;
        for (final BlockMetaData rowGroup : rowGroups) {
            values = Math.addExact(values, sum(rowGroup, schema, ColumnChunkMetaData::getValueCount));
        }
        if (values > limits.objectValues()) {
            throw new RejectedObjectException("its needed columns claim " + values + " values, over the limit of "
                    + limits.objectValues() + " (setting splitter.object.values)");
        }
    }

    private void checkSize(BlockMetaData rowGroup, MessageType schema) throws RejectedObjectException {
        final long stored = sum(rowGroup, schema, ColumnChunkMetaData::getTotalSize);
        if (stored > limits.rowGroupBytes()) {
            throw new RejectedObjectException("its needed columns have " + stored + " bytes, over the limit of "
                    + limits.rowGroupBytes() + " (setting splitter.row.group.bytes)");
        }
    }

    /** Of the columns that are read, as the file's own figures tell; a sum that no file has is an arithmetic error. */
    private static long sum(BlockMetaData rowGroup, MessageType schema, ToLongFunction<ColumnChunkMetaData> figure) {
        long sum = 0;
        for (final ColumnChunkMetaData column : rowGroup.getColumns()) {
            if (schema.containsPath(column.getPath().toArray())) {
                sum = Math.addExact(sum, Math.max(0, figure.applyAsLong(column)));
            }
        }
        return sum;
    }

    /** Fewer rows at once where they are large, so that what a batch decodes to stays bounded. */
    private int batchRows(BlockMetaData rowGroup, MessageType schema) {
        final long bytes = sum(rowGroup, schema, ColumnChunkMetaData::getTotalUncompressedSize);
        final double perRow = Math.max(1.0, (double) bytes / rowGroup.getRowCount());
        return (int) Math.max(1, Math.min(limits.batchRows(), limits.batchBytes() / perRow));
    }

    private static Optional<IOException> notOfTheFile(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof StoreException || cause instanceof SinkException) {
                return Optional.of((IOException) cause);
            }
        }
        return Optional.empty();
    }

    private static String reason(Throwable e) {
        final String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return "not readable as Parquet: " + message;
    }
}

package org.usagestreams.splitter;

import java.io.IOException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ReportType;
import org.usagestreams.wire.message.Slice;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.notification.ReportKey;

/** Writes one version's rows to a sink: chunks as rows come, then an end for each usage date. */
final class SliceWriter {
    /** Interval starts of a slice that are still listed in its end; a day has 24. */
    private static final int LISTED_STARTS = 64;

    private final SplitLimits limits;
    private final String splitting;
    private final ObjectVersion version;
    private final ReportKey report;
    private final Admission admission;
    private final ChunkSink sink;
    private final String objectId;
    private final String versionId;
    private final Map<LocalDate, OpenSlice> slices = new TreeMap<>();
    private final TreeSet<LocalDate> leftOut = new TreeSet<>();
    private long sendNanos;

    /** What is known of one date's slice while its object is read. */
    private static final class OpenSlice {
        private int chunks;
        private long rows;
        private final TreeSet<Long> starts = new TreeSet<>();
    }

    SliceWriter(
            SplitLimits limits,
            String splitting,
            ObjectVersion version,
            ReportKey report,
            Admission admission,
            ChunkSink sink) {
        this.limits = limits;
        this.splitting = splitting;
        this.version = version;
        this.report = report;
        this.admission = admission;
        this.sink = sink;
        objectId = Versions.objectId(version);
        versionId = Versions.versionId(version);
    }

    /** The usage dates of the rows that were written. */
    Set<LocalDate> dates() {
        return new TreeSet<>(slices.keySet());
    }

    /** Further usage dates, beyond retention. */
    Set<LocalDate> leftOut() {
        return leftOut;
    }

    /** How many chunks were written. */
    int chunks() {
        return slices.values().stream().mapToInt(slice -> slice.chunks).sum();
    }

    /** How long the sink took. */
    long sendNanos() {
        return sendNanos;
    }

    /** Asks the sink whether there is time for more. */
    void proceed() throws ObjectSplitter.SinkException {
        try {
            sink.proceed();
        } catch (IOException | RuntimeException e) {
            throw new ObjectSplitter.SinkException(e);
        }
    }

    /**
     * Writes a batch's rows.
     *
     * @throws RejectedObjectException if they are of too many dates, or of one that is not taken
     */
    void write(RowBatch batch) throws IOException, RejectedObjectException {
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
    }

    /** The records about an object list its dates. */
    private void checkDates() throws RejectedObjectException {
        if (slices.size() + leftOut.size() > limits.dates()) {
            throw new RejectedObjectException("more than " + limits.dates() + " usage dates (setting splitter.dates)");
        }
    }

    /** Halves what is over the limit of bytes. */
    private void emit(RowBatch batch, LocalDate date, OpenSlice slice, int[] order, int from, int to)
            throws IOException {
        final Chunk chunk = batch.chunk(order, from, to);
        // Large texts are not encoded to see that they are too large.
        final boolean tooLarge = to - from > 1 && textBytes(chunk) > limits.chunkBytes();
        final byte[] columns = tooLarge ? null : ChunkCodec.encodeColumns(chunk);
        if (tooLarge || (columns.length > limits.chunkBytes() && to - from > 1)) {
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

    /** No more than what a chunk's texts take as bytes. */
    private static long textBytes(Chunk chunk) {
        long bytes = 0;
        for (final Column column : chunk.columns().values()) {
            if (column instanceof Column.Text text) {
                for (final String each : text.dictionary()) {
                    bytes += each.length();
                }
            }
        }
        return bytes;
    }

    /**
     * Writes the ends.
     *
     * @throws BeyondRetentionException if rows were left out, and none were of the days that are taken back
     */
    void end() throws IOException, RejectedObjectException {
        if (!leftOut.isEmpty() && Collections.disjoint(slices.keySet(), admission.readmitted())) {
            throw new BeyondRetentionException(leftOut.first(), admission.oldest());
        }
        for (final Map.Entry<LocalDate, OpenSlice> slice : slices.entrySet()) {
            end(slice.getKey(), slice.getValue());
        }
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
            throw new ObjectSplitter.SinkException(e);
        }
    }

    private DayKey day(LocalDate date) {
        return new DayKey(report.organisation(), report.source(), date);
    }

    private Slice slice(LocalDate date) {
        return Slice.newBuilder()
                .setVersion(version)
                .setReport(ReportType.valueOf(report.type().name()))
                .setOrganisation(report.organisation())
                .setSource(report.source())
                .setUsageDate((int) date.toEpochDay())
                .setDaily(report.daily())
                .build();
    }
}

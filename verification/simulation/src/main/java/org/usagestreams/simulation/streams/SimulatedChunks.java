package org.usagestreams.simulation.streams;

import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.Versions;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ReportType;
import org.usagestreams.wire.message.Slice;
import org.usagestreams.wire.message.SliceEnd;

/** The records of the chunk topic that a splitter makes of {@link SimulatedReports}, without the way through Parquet. */
final class SimulatedChunks {
    private static final long HOUR_MICROS = 3_600_000_000L;
    private static final double CORE_HOUR_SECONDS = 3_600;

    private SimulatedChunks() {}

    /** The records of a version in the order in which a splitter sends them. */
    static Map<ChunkKey, byte[]> of(
            ObjectVersion version, SimulatedReports.Contents contents, String source, int chunkRows) {
        final Map<ChunkKey, byte[]> records = new LinkedHashMap<>();
        final String object = Versions.objectId(version);
        final String id = Versions.versionId(version);
        final String splitting = String.format("%08x", chunkRows);
        for (final int date : contents.dates()) {
            final DayKey day = new DayKey(SimulatedReports.ORGANISATION, source, SimulatedReports.date(date));
            final Slice slice = Slice.newBuilder()
                    .setVersion(version)
                    .setReport(ReportType.POD_USAGE)
                    .setOrganisation(SimulatedReports.ORGANISATION)
                    .setSource(source)
                    .setUsageDate((int) day.date().toEpochDay())
                    .build();
            int chunks = 0;
            for (int row = 0; row < SimulatedReports.LINE_ITEMS; row += chunkRows) {
                final int rows = Math.min(chunkRows, SimulatedReports.LINE_ITEMS - row);
                records.put(
                        new ChunkKey(day, object, id, splitting, chunks),
                        ChunkCodec.encode(
                                slice, chunks, rows, ChunkCodec.encodeColumns(chunk(contents, day, row, rows))));
                chunks++;
            }
            final SliceEnd.Builder end = SliceEnd.newBuilder()
                    .setSlice(slice)
                    .setChunks(chunks)
                    .setRows(SimulatedReports.LINE_ITEMS)
                    .setSplitting(splitting);
            contents.dates()
                    .forEach(each ->
                            end.addDates((int) SimulatedReports.date(each).toEpochDay()));
            records.put(ChunkKey.end(day, object, id), end.build().toByteArray());
        }
        return records;
    }

    private static Chunk chunk(SimulatedReports.Contents contents, DayKey day, int from, int rows) {
        final long midnight = day.date().atStartOfDay().toEpochSecond(ZoneOffset.UTC) * 1_000_000;
        final long[] starts = new long[rows];
        final int[] startCodes = new int[rows];
        final int[] first = new int[rows];
        final double[] amounts = new double[rows];
        for (int i = 0; i < rows; i++) {
            starts[i] = midnight + (from + i) * HOUR_MICROS;
            startCodes[i] = i;
            first[i] = 1;
            amounts[i] = CORE_HOUR_SECONDS;
        }
        final Map<String, Column> columns = new HashMap<>();
        columns.put(Columns.INTERVAL_START, new Column.Time(starts, startCodes));
        columns.put(Columns.NODE, new Column.Text(new String[] {"node"}, first));
        columns.put(Columns.NAMESPACE, new Column.Text(new String[] {contents.namespace()}, first));
        columns.put(Columns.POD, new Column.Text(new String[] {"pod"}, first));
        columns.put(
                Columns.POD_LABELS,
                new Column.Text(new String[] {"{\"" + SimulatedReports.LABEL + "\":\"web\"}"}, first));
        columns.put(Columns.USAGE_CPU, new Column.Amount(amounts));
        return new Chunk(rows, columns);
    }
}

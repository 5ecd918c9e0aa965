package org.usagestreams.benchmark.stage;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.io.LocalInputFile;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.splitter.Admission;
import org.usagestreams.splitter.ChunkSink;
import org.usagestreams.splitter.ObjectSplitter;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.chunk.MalformedChunkException;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.notification.ReportKey;

/** One cluster-day in the forms that it has between the stages. */
final class StageData {
    /** The pod report that is measured on: {@link #ROWS} line items of one day. */
    static final String FILE = "usage.stage.file";

    /** Key that the report has in the bucket. */
    static final String KEY = "usage.stage.key";

    /** Line items of the report. */
    static final int ROWS = 249_600;

    static final ReferenceData REFERENCE = new ReferenceData(
            new ReferenceData.Cluster("stage", "Stage", Map.of()),
            Set.of("app", "tier", "node", "pod"),
            List.of(),
            Map.of());

    private final Map<String, byte[]> records = new HashMap<>();
    private SliceEnd end;
    private DayKey day;

    StageData() throws Exception {
        split((key, value) -> {
            if (key.isEnd()) {
                end = SliceEnd.parseFrom(value);
                day = key.day();
            } else {
                records.put(key.toString(), value);
            }
        });
        if (end == null || end.getRows() != ROWS) {
            throw new IllegalStateException("the report does not have " + ROWS + " line items of one day");
        }
    }

    /** Reads and splits the whole report. */
    static void split(ChunkSink sink) throws Exception {
        final String key = System.getProperty(KEY);
        new ObjectSplitter(SplitLimits.DEFAULTS)
                .split(
                        new LocalInputFile(Path.of(System.getProperty(FILE))),
                        ObjectVersion.newBuilder()
                                .setBucket("stage")
                                .setKey(key)
                                .setEtag("1")
                                .build(),
                        ReportKey.of(key).orElseThrow(),
                        new Admission(LocalDate.EPOCH, Set.of()),
                        sink);
    }

    SliceEnd end() {
        return end;
    }

    DayKey day() {
        return day;
    }

    /** Values of the chunks' records, in order. */
    List<byte[]> values() {
        return records.keySet().stream().sorted().map(records::get).toList();
    }

    List<Chunk> chunks() throws MalformedChunkException {
        final List<Chunk> chunks = new ArrayList<>();
        for (final byte[] value : values()) {
            chunks.add(ChunkCodec.decode(value));
        }
        return chunks;
    }
}

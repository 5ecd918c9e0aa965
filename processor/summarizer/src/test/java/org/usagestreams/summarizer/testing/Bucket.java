package org.usagestreams.summarizer.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.usagestreams.rules.ChunkReader;
import org.usagestreams.rules.DaySummary;
import org.usagestreams.rules.LabelParser;
import org.usagestreams.rules.LiveSlices;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.rules.SummaryRow;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.summarizer.RowJson;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.label.LabelText;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.SliceEnd;
import org.usagestreams.wire.summary.SummaryKey;

/** The records that a splitter makes of objects, and the summary of them without Kafka. */
public final class Bucket {
    private final SplitLimits limits;
    private final Map<String, byte[]> records = new LinkedHashMap<>();
    private final Set<String> counting = new HashSet<>();

    public Bucket(SplitLimits limits) {
        this.limits = limits;
    }

    /** Adds a version's records. */
    public Bucket put(ObjectVersion version, byte[] bytes) {
        Splitting.split(limits, version, bytes).forEach((key, value) -> records.put(key.toString(), value));
        return this;
    }

    /** Adds one record. */
    public void record(ChunkKey key, byte[] value) {
        records.put(key.toString(), value);
    }

    /** The values of the published rows of all days, by the keys of their records. */
    public Map<String, byte[]> summarise(java.util.function.Function<DayKey, ReferenceData> reference) {
        final Map<DayKey, List<SliceEnd>> ends = new LinkedHashMap<>();
        records.forEach((key, value) -> {
            final ChunkKey parsed = ChunkKey.parse(key.getBytes(StandardCharsets.UTF_8));
            if (parsed.isEnd()) {
                ends.computeIfAbsent(parsed.day(), d -> new ArrayList<>()).add(Splitting.end(value));
            }
        });
        final Map<String, byte[]> rows = new TreeMap<>();
        final RowJson json = new RowJson();
        final ChunkReader reader = end -> chunks(end);
        ends.forEach((day, slices) -> {
            final List<SliceEnd> counted =
                    LiveSlices.counted(new ArrayList<>(LiveSlices.latest(slices).values()));
            final List<SliceEnd> without = new DaySummary(LabelParser.of(LabelText::parse))
                    .summarise(day, counted, reader, reference.apply(day), (SummaryRow row) -> {
                        final String key = new String(
                                new SummaryKey.OfDay(day).row(row.uuid()).bytes(), StandardCharsets.UTF_8);
                        if (rows.put(key, json.value(row)) != null) {
                            throw new AssertionError("two rows have the uuid " + row.uuid());
                        }
                    });
            counted.stream()
                    .filter(end -> !without.contains(end))
                    .forEach(end -> counting.add(end.getSlice().getVersion().getKey()));
        });
        return rows;
    }

    /** Keys of the objects of which line items counted when the bucket was last summarised. */
    public Set<String> counting() {
        return counting;
    }

    private List<Chunk> chunks(SliceEnd end) {
        final ObjectVersion version = end.getSlice().getVersion();
        final List<Chunk> chunks = new ArrayList<>();
        for (int i = 0; i < end.getChunks(); i++) {
            chunks.add(ChunkCodec.decode(records.get(new ChunkKey(
                            DayKey.of(end.getSlice()),
                            org.usagestreams.wire.chunk.Versions.objectId(version),
                            org.usagestreams.wire.chunk.Versions.versionId(version),
                            end.getSplitting(),
                            i)
                    .toString())));
        }
        return chunks;
    }
}

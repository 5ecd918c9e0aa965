package org.usagestreams.benchmark.stage;

import java.util.Iterator;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import org.usagestreams.rules.DaySummary;
import org.usagestreams.rules.LabelParser;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.MalformedChunkException;
import org.usagestreams.wire.label.LabelText;

/** Summarises a day from encoded chunks, as the state has them: decoding, label texts, sums, rows. */
@State(Scope.Benchmark)
public class SummariseStage {
    private StageData data;
    private List<byte[]> values;

    public SummariseStage() {}

    @Setup
    public void read() throws Exception {
        data = new StageData();
        values = data.values();
    }

    @Benchmark
    @OperationsPerInvocation(StageData.ROWS)
    public void summarise(Blackhole sink) {
        new DaySummary(LabelParser.of(LabelText::parse))
                .summarise(data.day(), List.of(data.end()), end -> this::decoded, StageData.REFERENCE, sink::consume);
    }

    private Iterator<Chunk> decoded() {
        final Iterator<byte[]> all = values.iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public Chunk next() {
                try {
                    return ChunkCodec.decode(all.next());
                } catch (MalformedChunkException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }
}

package org.usagestreams.benchmark.stage;

import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.Blackhole;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.MalformedChunkException;

/** Chunks to bytes and back. */
@State(Scope.Benchmark)
public class ChunkStage {
    private StageData data;
    private List<byte[]> values;
    private List<Chunk> chunks;

    public ChunkStage() {}

    @Setup
    public void read() throws Exception {
        data = new StageData();
        values = data.values();
        chunks = data.chunks();
    }

    @Benchmark
    @OperationsPerInvocation(StageData.ROWS)
    public void encode(Blackhole sink) {
        for (final Chunk chunk : chunks) {
            final byte[] columns = ChunkCodec.encodeColumns(chunk);
            sink.consume(ChunkCodec.encode(data.end().getSlice(), 0, chunk.rows(), columns));
        }
    }

    @Benchmark
    @OperationsPerInvocation(StageData.ROWS)
    public void decode(Blackhole sink) throws MalformedChunkException {
        for (final byte[] value : values) {
            sink.consume(ChunkCodec.decode(value));
        }
    }
}

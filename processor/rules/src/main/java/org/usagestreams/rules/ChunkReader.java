package org.usagestreams.rules;

import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.message.SliceEnd;

/** Reads the chunks of a slice. */
@FunctionalInterface
public interface ChunkReader {
    /**
     * The chunks of a slice by ascending number, read as they are asked for, so that one at a time is in memory.
     *
     * @throws org.usagestreams.wire.chunk.MalformedChunkException on reading one that is none
     */
    Iterable<Chunk> chunks(SliceEnd end);
}

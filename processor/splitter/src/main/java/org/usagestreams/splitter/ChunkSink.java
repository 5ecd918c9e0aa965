package org.usagestreams.splitter;

import java.io.IOException;
import org.usagestreams.wire.chunk.ChunkKey;

/** Takes the records that an object is split into. */
@FunctionalInterface
public interface ChunkSink {
    /** Takes the value of a chunk or of a slice's end, under its key. */
    void accept(ChunkKey key, byte[] value) throws IOException;

    /**
     * Called between pieces of work, also where they lead to no chunk.
     *
     * @throws IOException to end the work
     */
    default void proceed() throws IOException {}
}

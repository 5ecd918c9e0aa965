package org.usagestreams.rules;

import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.message.SliceEnd;

/** Reads the chunks of slices in steps of one chunk. */
final class ChunkSteps implements Steps {
    private final Iterator<SliceEnd> slices;
    private final ChunkReader reader;
    private final Visitor visitor;
    private Iterator<Chunk> chunks = Collections.emptyIterator();
    private SliceEnd slice;

    /** Receives the chunks. */
    interface Visitor {
        /** The chunks that follow are those of this slice. */
        void begin(SliceEnd slice);

        void read(Chunk chunk);

        /** All chunks of a slice were read. */
        void end(SliceEnd slice);
    }

    ChunkSteps(List<SliceEnd> slices, ChunkReader reader, Visitor visitor) {
        this.slices = slices.iterator();
        this.reader = reader;
        this.visitor = visitor;
    }

    @Override
    public boolean hasNext() {
        while (!chunks.hasNext()) {
            if (slice != null) {
                visitor.end(slice);
                slice = null;
            }
            if (!slices.hasNext()) {
                return false;
            }
            slice = slices.next();
            visitor.begin(slice);
            chunks = reader.chunks(slice).iterator();
        }
        return true;
    }

    @Override
    public void next() {
        visitor.read(chunks.next());
    }
}

package org.usagestreams.rules;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.message.SliceEnd;

/**
 * Reads the chunks of usage reports, newest object first.
 *
 * @param lineItems which of their line items count
 * @param read takes each chunk
 * @param without takes each slice without a line item that counts
 */
record LineItemVisitor(LineItems lineItems, BiConsumer<Chunk, LineItems> read, Consumer<SliceEnd> without)
        implements ChunkSteps.Visitor {
    @Override
    public void begin(SliceEnd slice) {
        lineItems.nextObject();
    }

    @Override
    public void read(Chunk chunk) {
        read.accept(chunk, lineItems);
    }

    @Override
    public void end(SliceEnd slice) {
        if (!lineItems.anyCounts()) {
            without.accept(slice);
        }
    }
}

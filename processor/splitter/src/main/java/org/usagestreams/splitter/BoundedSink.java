package org.usagestreams.splitter;

import java.io.IOException;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.wire.chunk.ChunkKey;

/** Passes an object's chunks on until the time or the room for them is over, and knows whether there were any. */
final class BoundedSink implements ChunkSink {
    private final NotificationHandler.Output output;
    private final Time time;
    private final long deadline;
    private final LaneBudget budget;
    private int chunks;

    BoundedSink(NotificationHandler.Output output, Time time, long deadline, LaneBudget budget) {
        this.output = output;
        this.time = time;
        this.deadline = deadline;
        this.budget = budget;
    }

    /** Whether a chunk was passed on. */
    boolean isUsed() {
        return chunks > 0;
    }

    @Override
    public void accept(ChunkKey key, byte[] value) throws IOException {
        proceed();
        budget.output(value.length);
        chunks++;
        output.chunk(key, value);
    }

    @Override
    public void proceed() throws IOException {
        if (time.nanoseconds() - deadline > 0) {
            throw new SlowObjectException("the time for the object is over");
        }
    }
}

package org.usagestreams.summarizer.loading;

import java.util.Set;
import org.usagestreams.topics.GroupOffsets;
import org.usagestreams.topics.ReaderOffsets;
import org.usagestreams.wire.chunk.DayKey;

/** Reports what the sink of the summary has loaded. Each call asks PostgreSQL again. Used by one thread. */
@FunctionalInterface
public interface LoadProgress extends AutoCloseable {
    /**
     * What is loaded at one moment.
     *
     * @param positions the next offset of each partition of the summary topic; nothing of a missing one is loaded
     * @param setAside days that PostgreSQL refused: positions are behind them, and their rows are not loaded
     */
    record State(GroupOffsets positions, Set<DayKey> setAside) {}

    /**
     * What is loaded now.
     *
     * @throws ReaderOffsets.UnavailableException where that cannot be read
     */
    State now();

    @Override
    default void close() {
        // Most hold nothing.
    }
}

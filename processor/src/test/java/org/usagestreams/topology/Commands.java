package org.usagestreams.topology;

import org.usagestreams.chunk.wire.DayOrder;
import org.usagestreams.chunk.wire.Resummarise;

/** Commands that a day gets, for tests. */
final class Commands {
    private Commands() {}

    static DayOrder resummarise() {
        return DayOrder.newBuilder()
                .setResummarise(Resummarise.getDefaultInstance())
                .build();
    }
}

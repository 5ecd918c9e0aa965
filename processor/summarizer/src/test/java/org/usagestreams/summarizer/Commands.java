package org.usagestreams.summarizer;

import org.usagestreams.wire.message.DayOrder;
import org.usagestreams.wire.message.Resummarise;

/** Commands that a day gets, for tests. */
final class Commands {
    private Commands() {}

    static DayOrder resummarise() {
        return DayOrder.newBuilder()
                .setResummarise(Resummarise.getDefaultInstance())
                .build();
    }
}

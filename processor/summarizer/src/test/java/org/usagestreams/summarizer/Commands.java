package org.usagestreams.summarizer;

import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.Resummarise;

/** Commands that a day gets, for tests. */
final class Commands {
    private Commands() {}

    static DayCommand resummarise() {
        return DayCommand.newBuilder()
                .setResummarise(Resummarise.getDefaultInstance())
                .build();
    }
}

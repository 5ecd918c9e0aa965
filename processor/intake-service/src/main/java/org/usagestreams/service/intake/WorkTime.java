package org.usagestreams.service.intake;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.utils.Time;

/** The time that a thread may take for a record. Belongs to one thread. */
final class WorkTime implements BooleanSupplier {
    private final Duration longest;
    private final Time time;
    private long begun;

    /** @param longest for all payloads of a record together */
    WorkTime(Duration longest, Time time) {
        this.longest = longest;
        this.time = time;
        begin();
    }

    /** A record is begun. */
    void begin() {
        begun = time.nanoseconds();
    }

    /** Whether the time is over. */
    @Override
    public boolean getAsBoolean() {
        return time.nanoseconds() - begun > longest.toNanos();
    }
}

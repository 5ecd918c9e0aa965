package org.usagestreams.testkit;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** Time that passes with {@link #sleep}, and by a millisecond with each look at it. Not thread-safe. */
public final class TickingTime implements Time {
    private long nanos = Duration.ofDays(1).toNanos();

    @Override
    public long milliseconds() {
        return nanoseconds() / 1_000_000;
    }

    @Override
    public long nanoseconds() {
        nanos += 1_000_000;
        return nanos;
    }

    @Override
    public void sleep(long millis) {
        nanos += millis * 1_000_000;
    }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadline) {
        throw new AssertionError("nobody waits for this time");
    }
}

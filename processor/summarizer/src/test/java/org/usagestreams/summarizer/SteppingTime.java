package org.usagestreams.summarizer;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** A clock that moves when it is told to. Not thread-safe. */
final class SteppingTime implements Time {
    private long nanos;
    private Duration step = Duration.ZERO;

    /** From now on time passes with each look at the clock. */
    SteppingTime stepping(Duration each) {
        step = each;
        return this;
    }

    void advance(Duration time) {
        nanos += time.toNanos();
    }

    @Override
    public long nanoseconds() {
        nanos += step.toNanos();
        return nanos;
    }

    @Override
    public long milliseconds() {
        return nanoseconds() / 1_000_000;
    }

    @Override
    public void sleep(long millis) {
        nanos += millis * 1_000_000;
    }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMillis) {
        throw new UnsupportedOperationException("nobody waits in these tests");
    }
}

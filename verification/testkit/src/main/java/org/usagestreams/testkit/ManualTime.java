package org.usagestreams.testkit;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** Time that passes only in {@link #sleep}. */
public final class ManualTime implements Time {
    private final AtomicLong nanos = new AtomicLong(TimeUnit.DAYS.toNanos(20_000));

    @Override
    public long milliseconds() {
        return TimeUnit.NANOSECONDS.toMillis(nanos.get());
    }

    @Override
    public long nanoseconds() {
        return nanos.get();
    }

    @Override
    public void sleep(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMillis) {
        throw new UnsupportedOperationException("nobody waits for this time");
    }
}

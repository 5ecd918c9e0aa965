package org.usagestreams.simulation.streams;

import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Time;

/** A host's clock for real code. Sleeping advances it. */
final class HostTime implements Time {
    private final Host host;

    HostTime(Host host) {
        this.host = host;
    }

    @Override
    public long milliseconds() {
        return host.now();
    }

    @Override
    public long nanoseconds() {
        return TimeUnit.MILLISECONDS.toNanos(host.now());
    }

    @Override
    public void sleep(long millis) {
        host.spend(millis);
    }

    @Override
    public void waitObject(Object object, Supplier<Boolean> condition, long deadline) {
        throw new UnsupportedOperationException("nobody else runs meanwhile");
    }
}

package org.usagestreams.console.access;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/** Counts the wrong tokens of each address and minute. Thread-safe. */
final class Attempts {
    private static final int MOST_ADDRESSES = 10_000;
    private static final long WINDOW_MILLIS = 60_000;

    private final Clock clock;
    private final int limit;
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Count> eldest) {
            return size() > MOST_ADDRESSES;
        }
    };

    private record Count(long since, int wrong) {}

    Attempts(Clock clock, int limit) {
        this.clock = clock;
        this.limit = limit;
    }

    /** Whether a token of this address is looked at. */
    synchronized boolean mayTry(String address) {
        final Count count = counts.get(address);
        return count == null || clock.millis() - count.since() >= WINDOW_MILLIS || count.wrong() < limit;
    }

    synchronized void wrong(String address) {
        final Count count = counts.get(address);
        final long now = clock.millis();
        counts.put(
                address,
                count == null || now - count.since() >= WINDOW_MILLIS
                        ? new Count(now, 1)
                        : new Count(count.since(), count.wrong() + 1));
    }
}

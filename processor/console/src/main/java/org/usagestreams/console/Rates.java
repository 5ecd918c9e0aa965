package org.usagestreams.console;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.OptionalDouble;

/** How fast counts grow, over the last seconds. A count that has become smaller began again from zero. Used by one thread. */
final class Rates {
    private final long windowNanos;
    private final Deque<Sample> samples = new ArrayDeque<>();

    private record Sample(long nanos, Map<String, Double> counts) {}

    /**
     * Rates over a time.
     *
     * @param windowNanos over which they are taken; a sample may be older where there is no younger one
     */
    Rates(long windowNanos) {
        this.windowNanos = windowNanos;
    }

    /**
     * Adds what was counted until now.
     *
     * @param nanos of a clock that only goes forward
     * @param counts by what counts; what was not seen is missing
     */
    void add(long nanos, Map<String, Double> counts) {
        samples.addLast(new Sample(nanos, Map.copyOf(counts)));
        while (samples.size() > 2 && nanos - samples.peekFirst().nanos() > windowNanos) {
            samples.removeFirst();
        }
    }

    /** Of all counts together, in a second; empty until something was counted twice. */
    OptionalDouble perSecond() {
        if (samples.size() < 2) {
            return OptionalDouble.empty();
        }
        final double seconds = (samples.peekLast().nanos() - samples.peekFirst().nanos()) / 1e9;
        double grown = 0;
        boolean known = false;
        Map<String, Double> before = null;
        for (final Sample sample : samples) {
            if (before != null) {
                for (final Map.Entry<String, Double> count : sample.counts().entrySet()) {
                    final Double was = before.get(count.getKey());
                    if (was != null) {
                        known = true;
                        grown += count.getValue() < was ? count.getValue() : count.getValue() - was;
                    }
                }
            }
            before = sample.counts();
        }
        return known && seconds > 0 ? OptionalDouble.of(grown / seconds) : OptionalDouble.empty();
    }
}

package org.usagestreams.simulation.streams;

import org.usagestreams.simulation.Shrinker;
import org.usagestreams.simulation.ViolationException;

/**
 * Histories of the topology alone: uploads, removals, changes of reference data, and faults of processors, splitter and topics, drawn from
 * a seed.
 */
public final class StreamsHistories {
    private static final int ATTEMPTS = 200;

    private StreamsHistories() {}

    /**
     * Runs the history of a seed.
     *
     * @param strict whether a version may be called counted only once nothing of an older one is left, or to come
     * @return the number of steps
     * @throws ViolationException with the shrunk history, where an invariant is broken
     */
    public static long run(long seed, boolean strict) {
        final StreamsHistory history = StreamsHistory.draw(seed);
        try {
            return new StreamsRun(history, strict).run();
        } catch (RuntimeException | AssertionError e) {
            throw shrunk(history, strict, e);
        }
    }

    private static ViolationException shrunk(StreamsHistory history, boolean strict, Throwable failure) {
        final StreamsHistory shortest = new StreamsHistory(
                history.seed(),
                history.config(),
                Shrinker.shrink(
                        history.operations(),
                        operations -> failure(new StreamsHistory(history.seed(), history.config(), operations), strict),
                        ATTEMPTS));
        final ViolationException violation =
                new ViolationException(failure + "\nin " + history.operations().size() + " operations, shrunk to: "
                        + shortest + "\nwhich gives: " + failure(shortest, strict));
        violation.initCause(failure);
        return violation;
    }

    /** What a history fails with; null for nothing. */
    static String failure(StreamsHistory history, boolean strict) {
        try {
            new StreamsRun(history, strict).run();
            return null;
        } catch (RuntimeException | AssertionError e) {
            return e.toString();
        }
    }
}

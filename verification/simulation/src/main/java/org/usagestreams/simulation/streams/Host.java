package org.usagestreams.simulation.streams;

import java.util.random.RandomGenerator;

/** The simulated machine that an instance runs on. */
public interface Host {
    /** Milliseconds since 1970, with the time that the running step has spent. */
    long now();

    /** The running step is busy for so many milliseconds; others go on meanwhile. */
    void spend(long millis);

    /** The history's randomness. */
    RandomGenerator random();

    /**
     * A place where the process may be killed.
     *
     * @throws ProcessKilledError if it is
     */
    void mayDie();
}

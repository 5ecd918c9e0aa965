package org.usagestreams.simulation;

/**
 * The process is killed. Every simulated call of a node that has crashed throws this through real code; what that code does while it
 * unwinds does not affect the simulated world.
 */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String node) {
        super("node " + node + " was killed", null, false, false);
    }
}

package org.usagestreams.simulation;

/**
 * The process is killed: thrown through real code by every simulated call of a node that has crashed. What that code does on
 * its way out changes nothing in the simulated world.
 */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String node) {
        super("node " + node + " was killed", null, false, false);
    }
}

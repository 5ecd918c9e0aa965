package org.usagestreams.simulation.streams;

/** The process is killed here: nothing of it runs any more, and what it holds is left as it is. */
public final class ProcessKilledError extends Error {
    private static final long serialVersionUID = 1L;

    public ProcessKilledError() {
        super("killed", null, false, false);
    }
}

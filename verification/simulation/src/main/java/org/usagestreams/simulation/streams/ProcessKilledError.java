package org.usagestreams.simulation.streams;

/** The process is killed here: it runs no longer, and its state is left as it is. */
public final class ProcessKilledError extends Error {
    private static final long serialVersionUID = 1L;

    public ProcessKilledError() {
        super("killed", null, false, false);
    }
}

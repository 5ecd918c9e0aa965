package org.usagestreams.simulation;

/** A history has broken an invariant. */
public final class ViolationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What is not as it has to be, for people. */
    public ViolationException(String message) {
        super(message);
    }
}

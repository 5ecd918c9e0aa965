package org.usagestreams.instance;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running service. They are closed in the reverse order of their start. Thread-safe: a signal closes them while
 * the main thread may do so, too; the later caller waits until all are closed.
 */
public final class RunningParts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningParts.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Adds a part; returns it. */
    public synchronized <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Starts parts. If that fails, those that were added are closed. */
    public void start(Runnable start) {
        try {
            start.run();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Closes all parts, each once. A part that fails to close is logged and does not stop the others. */
    @Override
    public synchronized void close() {
        while (!parts.isEmpty()) {
            final AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("Cannot close {}", part.getClass().getSimpleName(), e);
            }
        }
    }
}

package org.usagestreams.instance;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a running service. They are closed in the reverse order of their start. Not thread-safe. */
public final class RunningParts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RunningParts.class);

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();

    /** Adds a part; returns it. */
    public <T extends AutoCloseable> T add(T part) {
        parts.push(part);
        return part;
    }

    /** Closes all parts, each once. A part that fails to close is logged and does not stop the others. */
    @Override
    public void close() {
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

package org.usagestreams.rules;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;

/** Steps of several parts, one after the other. A part is let go of once it is done. */
final class StepQueue implements Steps {
    private final Queue<Supplier<Steps>> parts = new ArrayDeque<>();
    private Steps current = NONE;

    /**
     * Adds a part.
     *
     * @param part made when those before it are done
     */
    StepQueue add(Supplier<Steps> part) {
        parts.add(part);
        return this;
    }

    /** Adds what is done after the parts so far, without a step of its own. */
    StepQueue then(Runnable action) {
        return add(() -> {
            action.run();
            return NONE;
        });
    }

    @Override
    public boolean hasNext() {
        while (!current.hasNext()) {
            current = NONE;
            if (parts.isEmpty()) {
                return false;
            }
            current = parts.remove().get();
        }
        return true;
    }

    @Override
    public void next() {
        current.next();
    }
}

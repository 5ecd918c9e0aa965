package org.usagestreams.topology;

import java.util.concurrent.atomic.LongAdder;

/** Days that are touched and not yet summarised anew, over all tasks of an instance. Thread-safe. */
public final class Backlog {
    private final LongAdder days = new LongAdder();

    /** How many there are. */
    public long days() {
        return days.sum();
    }

    void add(long count) {
        days.add(count);
    }
}

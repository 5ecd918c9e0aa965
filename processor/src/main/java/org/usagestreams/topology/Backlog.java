package org.usagestreams.topology;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.usagestreams.chunk.DayKey;

/** Days that are touched and not yet summarised anew, over all tasks of an instance. Thread-safe. */
public final class Backlog {
    private final Map<DayKey, Long> days = new ConcurrentHashMap<>();

    /** How many there are. */
    public long days() {
        return days.size();
    }

    /**
     * How long the one has waited that waits the longest, in milliseconds; 0 where none does.
     *
     * @param now wall-clock milliseconds
     */
    public long oldestMillis(long now) {
        return days.values().stream()
                .mapToLong(since -> Math.max(0, now - since))
                .max()
                .orElse(0);
    }

    void touched(DayKey day, long since) {
        days.put(day, since);
    }

    void done(DayKey day) {
        days.remove(day);
    }
}

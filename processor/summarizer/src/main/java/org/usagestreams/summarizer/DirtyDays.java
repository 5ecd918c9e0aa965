package org.usagestreams.summarizer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.usagestreams.wire.chunk.DayKey;

/** Days that are dirty, over all tasks of an instance: their inputs changed since they were last summarised. Thread-safe. */
public final class DirtyDays {
    private final Map<DayKey, Long> days = new ConcurrentHashMap<>();
    private final Map<DayKey, Long> setAside = new ConcurrentHashMap<>();

    /** The number of dirty days, including those that were set aside. */
    public long days() {
        return days.size();
    }

    /** The number of days that were set aside because summarising them takes longer than a transaction may, or more memory. */
    public long setAside() {
        return setAside.size();
    }

    /**
     * The longest time that one has waited, in milliseconds; 0 if none waits.
     *
     * @param now wall-clock milliseconds
     */
    public long oldestMillis(long now) {
        return days.values().stream()
                .mapToLong(since -> Math.max(0, now - since))
                .max()
                .orElse(0);
    }

    void mark(DayKey day, long since) {
        days.put(day, since);
    }

    void setAside(DayKey day, long until) {
        setAside.put(day, until);
    }

    void takeBack(DayKey day) {
        setAside.remove(day);
    }

    void remove(DayKey day) {
        days.remove(day);
        setAside.remove(day);
    }
}

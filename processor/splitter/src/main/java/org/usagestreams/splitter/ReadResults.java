package org.usagestreams.splitter;

import java.util.HashMap;
import java.util.Map;

/** The results of attempts to read the objects of one notification's events. */
final class ReadResults {
    private final Map<Integer, ReadResult> byEvent = new HashMap<>();
    private final Map<Integer, Integer> slowAttempts = new HashMap<>();

    void add(TakeBackException failure) {
        if (failure.result != null) {
            byEvent.put(failure.event, failure.result);
        }
    }

    /** Of an event, by its place in the notification; null if there is none yet. */
    ReadResult of(int event) {
        return byEvent.get(event);
    }

    /** Counts an attempt at an event's object that took too long; how many there were. */
    int addSlowAttempt(int event) {
        return slowAttempts.merge(event, 1, Integer::sum);
    }
}

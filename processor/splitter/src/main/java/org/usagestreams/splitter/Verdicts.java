package org.usagestreams.splitter;

import java.util.HashMap;
import java.util.Map;

/** Verdicts of one notification's events, over the attempts at it. */
final class Verdicts {
    private final Map<Integer, Verdict> byEvent = new HashMap<>();
    private final Map<Integer, Integer> slowAttempts = new HashMap<>();

    void add(TakeBackException failure) {
        if (failure.verdict != null) {
            byEvent.put(failure.event, failure.verdict);
        }
    }

    /** Of an event, by its place in the notification; null where there is none yet. */
    Verdict of(int event) {
        return byEvent.get(event);
    }

    /** Counts an attempt at an event's object that took too long; how many there were. */
    int addSlowAttempt(int event) {
        return slowAttempts.merge(event, 1, Integer::sum);
    }
}

package org.usagestreams.testkit;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The states of days that a reader has seen while each day changes at most once: only the state before and the state after are allowed. Not
 * thread-safe.
 */
public final class DayStates {
    /** The state of a day that is not there. */
    private static final String NOTHING = "nothing";

    /** The states of each day in the order in which they were seen, each as often as it came. */
    private final Map<String, List<String>> seen = new TreeMap<>();

    private Map<String, String> first;
    private long looks;

    /**
     * Takes a look at all days.
     *
     * @param days the state of each day at one moment
     */
    public void look(Map<String, String> days) {
        looks++;
        if (first == null) {
            first = Map.copyOf(days);
        }
        days.keySet().forEach(day -> seen.computeIfAbsent(day, this::before));
        seen.forEach((day, states) -> {
            final String state = days.getOrDefault(day, NOTHING);
            if (!states.get(states.size() - 1).equals(state)) {
                states.add(state);
            }
        });
    }

    private List<String> before(String day) {
        return new ArrayList<>(List.of(first.getOrDefault(day, NOTHING)));
    }

    /** How often was looked. */
    public long looks() {
        return looks;
    }

    /** Days that were seen in more than one state. */
    public Set<String> changed() {
        final Set<String> changed = new HashSet<>(seen.keySet());
        changed.removeIf(day -> seen.get(day).size() == 1);
        return changed;
    }

    /** The states that a day had neither before nor after, as {@code day: state}. */
    public List<String> torn() {
        final List<String> torn = new ArrayList<>();
        seen.forEach((day, states) -> states.stream()
                .filter(state -> !state.equals(states.get(0)) && !state.equals(states.get(states.size() - 1)))
                .forEach(state -> torn.add(day + ": " + state)));
        return torn;
    }

    /** The states that came again after another, as {@code day: state}. */
    public List<String> stepsBack() {
        final List<String> back = new ArrayList<>();
        seen.forEach((day, states) -> {
            final Set<String> before = new HashSet<>();
            states.stream().filter(state -> !before.add(state)).forEach(state -> back.add(day + ": " + state));
        });
        return back;
    }
}

package org.usagestreams.crash;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/** Counts the states of days that a reader sees, by the kind of fault at that time. Not safe for use by several threads. */
final class DayTally {
    /** Days that are named; all are counted. */
    private static final int MOST_TOLD = 20;

    private final BiPredicate<History.Place, Integer> isAllowed;
    private final Map<String, Seen> byFault = new TreeMap<>();
    private final List<String> impossible = new ArrayList<>();
    private final Map<History.Place, Integer> newest = new HashMap<>();
    private final Map<History.Place, Integer> before = new HashMap<>();
    private final Map<String, DayLook.Revision> revisions = new HashMap<>();

    /**
     * What was seen.
     *
     * @param looks statements, each of which read all days
     * @param torn days of a look that were a mixture of summaries, a part of one, or not what their status says
     * @param newer times that a newer version was seen
     * @param stepsBack times that a version or a revision was seen after a newer one, or a version after its removal
     */
    record Seen(long looks, long torn, long newer, long stepsBack) {
        static final Seen NOTHING = new Seen(0, 0, 0, 0);

        Seen plus(Seen other) {
            return new Seen(looks + other.looks, torn + other.torn, newer + other.newer, stepsBack + other.stepsBack);
        }

        static Seen sum(Map<String, Seen> byFault) {
            return byFault.values().stream().reduce(NOTHING, Seen::plus);
        }
    }

    /**
     * Counts nothing yet.
     *
     * @param isAllowed whether a version, 0 for none, has ever been in the bucket
     */
    DayTally(BiPredicate<History.Place, Integer> isAllowed) {
        this.isAllowed = isAllowed;
    }

    /** Counts one look at all days; days that have no rows are missing from it. */
    void look(List<DayLook> days, List<String> sources, String fault) {
        long torn = 0;
        long stepsBack = 0;
        final Map<History.Place, Integer> now = new HashMap<>();
        for (final DayLook day : days) {
            torn += day.isWhole() ? 0 : 1;
            final DayLook.Revision last = revisions.put(day.source() + "|" + day.date(), day.revision());
            stepsBack += last != null && day.revision().compareTo(last) < 0 ? 1 : 0;
            check(day);
            for (final Contents contents : Contents.values()) {
                now.put(day.place(contents), day.version(contents));
            }
        }
        long newer = 0;
        for (final String source : sources) {
            for (int date = 0; date < Contents.DATES; date++) {
                for (final Contents contents : Contents.values()) {
                    final History.Place place = new History.Place(source, date, contents);
                    final int change = change(place, now.getOrDefault(place, 0));
                    newer += change > 0 ? 1 : 0;
                    stepsBack += change < 0 ? 1 : 0;
                }
            }
        }
        byFault.merge(fault, new Seen(1, torn, newer, stepsBack), Seen::plus);
    }

    /** 1 for a newer version, -1 for a step back, 0 for none of them; a version that leaves is neither. */
    private int change(History.Place place, int version) {
        final int last = before.getOrDefault(place, 0);
        before.put(place, version);
        if (version == last || version == 0) {
            return 0;
        }
        final int highest = newest.getOrDefault(place, 0);
        newest.put(place, Math.max(highest, version));
        if (version > highest) {
            return 1;
        }
        // Only from an older version may one rise to the newest again; what was removed returns under a new number.
        return version > last && last > 0 ? 0 : -1;
    }

    private void check(DayLook day) {
        if (day.impossible() > 0) {
            tell(day.impossible() + " rows that no whole objects lead to: " + day);
        }
        for (final BigDecimal capacity : day.capacities()) {
            for (final Contents contents : Contents.values()) {
                final int version = contents.version(capacity);
                if (!isAllowed.test(day.place(contents), version)) {
                    tell(contents + " of version " + version + ", which was never in the bucket, counts: " + day);
                }
            }
        }
    }

    private void tell(String what) {
        if (impossible.size() < MOST_TOLD) {
            impossible.add(what);
        }
    }

    /**
     * All rows were taken out of the table on purpose, so that a version which returns is no step back. A revision that is older than
     * one before still is.
     */
    void tableEmptied() {
        newest.clear();
        before.clear();
    }

    /** What was seen, by the kind of fault. */
    Map<String, Seen> byFault() {
        return Map.copyOf(byFault);
    }

    /** Rows and versions that can never be, the first of them. */
    List<String> impossible() {
        return List.copyOf(impossible);
    }
}

package org.usagestreams.splitter;

import java.time.LocalDate;
import java.util.Set;

/**
 * Which usage dates of an object are taken.
 *
 * @param oldest an older date is beyond retention
 * @param readmitted dates beyond retention that are taken nevertheless; where there are any, the others are left out rather
 *     than refused
 */
public record Admission(LocalDate oldest, Set<LocalDate> readmitted) {
    /** Takes every date. */
    public static final Admission ALL = new Admission(LocalDate.MIN, Set.of());

    /** Whether line items of that date are left out, for they stand in the table as they are. */
    boolean leavesOut(LocalDate date) {
        return date.isBefore(oldest) && !readmitted.isEmpty() && !readmitted.contains(date);
    }

    /** Whether an object with line items of that date is refused. */
    boolean refuses(LocalDate date) {
        return date.isBefore(oldest) && readmitted.isEmpty();
    }
}

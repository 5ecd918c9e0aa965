package org.usagestreams.crash;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;

/**
 * One day of a source as one statement read it.
 *
 * @param source the source's UUID
 * @param rows all rows of the day
 * @param podHours CPU hours of its pod rows
 * @param allHours CPU hours of all its rows
 * @param capacities the distinct {@code cluster_capacity_cpu_core_hours}, in ascending order; a null in the table reads as -1
 * @param impossible rows whose amount belongs to no version, or to another than their own capacity tells
 * @param statusRows the rows that the day has according to its status
 * @param revision the one that the status tells
 */
record DayLook(
        String source,
        LocalDate date,
        long rows,
        BigDecimal podHours,
        BigDecimal allHours,
        List<BigDecimal> capacities,
        long impossible,
        long statusRows,
        Revision revision) {

    /** A revision of a day; 0 and 0 where it has no status. */
    record Revision(long epoch, long number) implements Comparable<Revision> {
        @Override
        public int compareTo(Revision other) {
            return epoch == other.epoch ? Long.compare(number, other.number) : Long.compare(epoch, other.epoch);
        }
    }

    /** Whether all rows come from one summary of the day, none of that summary's rows is missing, and the status is of it. */
    boolean isWhole() {
        if (rows != statusRows) {
            return false;
        }
        if (rows == 0) {
            return true;
        }
        if (capacities.size() != 1) {
            return false;
        }
        final BigDecimal capacity = capacities.get(0);
        long expectedRows = 0;
        BigDecimal expectedHours = BigDecimal.ZERO;
        for (final Contents contents : Contents.values()) {
            final long version = contents.version(capacity);
            expectedRows += version == 0 ? 0 : Contents.rows();
            expectedHours = expectedHours.add(BigDecimal.valueOf(version * contents.hours()));
        }
        // What nodes have and pods do not use is unallocated, so a whole day adds up to the cluster's capacity.
        return rows == expectedRows && podHours.compareTo(expectedHours) == 0 && allHours.compareTo(capacity) == 0;
    }

    /** The oldest version of the contents that a row of the day comes from; 0 for none. */
    int version(Contents contents) {
        return capacities.stream().mapToInt(contents::version).min().orElse(0);
    }

    /** Which of the usage dates of {@link Contents} it is. */
    int dateIndex() {
        return date.getDayOfMonth() - Contents.FIRST.getDayOfMonth();
    }

    History.Place place(Contents contents) {
        return new History.Place(source, dateIndex(), contents);
    }
}

package org.usagestreams.reference;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.Set;
import java.util.TreeSet;

/**
 * What cost management keeps of a cluster's months. It purges a month by dropping its partition of the summary's table.
 *
 * @param months how many months the organisation keeps, the current one included; null where that is not known
 * @param partitions months of which the table has a partition
 * @param purged months of which it had one since the cluster is known, and has none now
 * @param isRemoved whether cost management has removed the source, and with it all that it keeps of it
 */
public record ClusterRetention(Integer months, Set<YearMonth> partitions, Set<YearMonth> purged, boolean isRemoved) {
    /** Nothing is known. */
    public static final ClusterRetention UNKNOWN = new ClusterRetention(null, Set.of(), Set.of());

    /** Copies the months. */
    public ClusterRetention {
        partitions = Set.copyOf(partitions);
        purged = Set.copyOf(purged);
    }

    /** That of a source that is there. */
    public ClusterRetention(Integer months, Set<YearMonth> partitions, Set<YearMonth> purged) {
        this(months, partitions, purged, false);
    }

    /** The same of a source that was removed. */
    ClusterRetention removed() {
        return new ClusterRetention(months, partitions, purged, true);
    }

    /** This, where that was known before: a month whose partition has gone since then was purged. */
    ClusterRetention following(ClusterRetention before) {
        if (equals(UNKNOWN)) {
            return new ClusterRetention(before.months, before.partitions, before.purged);
        }
        final Set<YearMonth> gone = new TreeSet<>(before.purged);
        gone.addAll(before.partitions);
        gone.addAll(purged);
        gone.removeAll(partitions);
        return new ClusterRetention(months, partitions, gone);
    }

    /** Whether rows of the date were purged. */
    public boolean isPurged(LocalDate date) {
        return purged.contains(YearMonth.from(date));
    }

    /**
     * The first date that cost management keeps.
     *
     * @param monthsKept how many months, the current one included
     */
    public static LocalDate firstKept(int monthsKept, LocalDate today) {
        return today.withDayOfMonth(1).minusMonths(monthsKept - 1L);
    }
}

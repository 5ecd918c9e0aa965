package org.usagestreams.connectors.sink;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;

/**
 * How a staged day is loaded.
 *
 * @param table that of its rows, quoted, with its schema
 * @param topicId of the topic on which its marker stands
 * @param isNew whether the table is taken to have no rows of it: then they are inserted, and an existing row is an error
 * @param isWhole whether the table is to hold no other rows of ours of the day than those that are staged
 * @param isAside whether it was set aside, so that the stage has rows of before as well
 */
record DayLoad(PendingDay day, String table, Uuid topicId, boolean isNew, boolean isWhole, boolean isAside) {
    /** By their tables, in the order of these. */
    static Map<String, List<DayLoad>> byTable(Collection<DayLoad> loads) {
        final Map<String, List<DayLoad>> byTable = new TreeMap<>();
        loads.forEach(load -> byTable.computeIfAbsent(load.table(), table -> new ArrayList<>())
                .add(load));
        return byTable;
    }

    /** Their days. */
    static List<PendingDay> days(Collection<DayLoad> loads) {
        return loads.stream().map(DayLoad::day).toList();
    }

    /** Whether each of its rows is staged once. */
    boolean isOnce() {
        return !isAside && !day.hasSeveralPasses();
    }

    boolean hasRows() {
        return isAside || day.rows() > 0;
    }

    boolean hasTombstones() {
        return isAside || day.hasTombstones();
    }

    LocalDate date() {
        return LocalDate.ofEpochDay(day.day().epochDay());
    }
}

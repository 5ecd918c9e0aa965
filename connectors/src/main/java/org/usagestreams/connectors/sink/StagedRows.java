package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes staged rows into the tables of their organisations, and out of the stage, in the caller's transaction. */
final class StagedRows {
    /**
     * Loaded rows that may stay in the stage, where no later load asks for them. To empty a temporary table costs as much as to insert
     * some hundred rows, whatever it holds.
     */
    private static final int LOADED_ROWS = 2_000;

    private StagedRows() {}

    /**
     * Inserts, updates and deletes the rows of days.
     *
     * @param again whether rows may be in the tables already, so that each is compared
     */
    static void take(Connection connection, Collection<DayLoad> loads, boolean again) throws SQLException {
        for (final Map.Entry<String, List<DayLoad>> table :
                DayLoad.byTable(loads).entrySet()) {
            take(connection, new DayStatements(table.getKey()), table.getValue(), again);
        }
    }

    private static void take(Connection connection, DayStatements statements, List<DayLoad> loads, boolean again)
            throws SQLException {
        boolean compare = again;
        for (final DayLoad load : loads) {
            if (load.isWhole()) {
                deleteOthers(connection, statements, load);
                compare = true;
            }
        }
        final boolean once = !again && loads.stream().allMatch(DayLoad::isOnce);
        // By a date's uuids alone, where there is one: PostgreSQL compares these much faster.
        final boolean oneDate = loads.stream().map(DayLoad::date).distinct().count() == 1;
        final List<PendingDay> days = DayLoad.days(loads);
        final Map<Boolean, List<DayLoad>> byNew =
                loads.stream().filter(DayLoad::hasRows).collect(Collectors.partitioningBy(DayLoad::isNew));
        if (!byNew.get(true).isEmpty()) {
            execute(connection, statements.insert(once, oneDate), DayLoad.days(byNew.get(true)));
        }
        if (!byNew.get(false).isEmpty()) {
            execute(connection, statements.upsert(once, oneDate, compare), DayLoad.days(byNew.get(false)));
        }
        if (loads.stream().anyMatch(DayLoad::hasTombstones)) {
            execute(connection, statements.delete(once), days);
        }
    }

    private static void deleteOthers(Connection connection, DayStatements statements, DayLoad load)
            throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement(statements.deleteOthers())) {
            delete.setString(1, load.day().day().source());
            delete.setObject(2, load.date());
            DayStatements.days(connection, delete, 3, List.of(load.day()));
            delete.executeUpdate();
        }
    }

    /** Takes the rows of a day up to its marker out of the stage. */
    static void unstage(Connection connection, PendingDay day) throws SQLException {
        execute(connection, DayStatements.unstage(), List.of(day));
    }

    /**
     * The same for days of these partitions. A temporary table is never vacuumed, so it is emptied where nothing of it is needed any
     * more, and it is not small.
     */
    static void unstage(
            Connection connection, Stage stage, Collection<PendingDay> days, Collection<PartitionState> partitions)
            throws SQLException {
        final Set<PendingDay> loaded = new HashSet<>(days);
        final boolean all = partitions.stream()
                .flatMap(partition -> partition.pending().stream())
                .allMatch(day -> loaded.contains(day) && day.firstBehindMarker() < 0);
        if (!all) {
            execute(connection, DayStatements.unstage(), days);
        } else if (stage.rows() > LOADED_ROWS) {
            stage.clear();
        }
    }

    private static void execute(Connection connection, String sql, Collection<PendingDay> days) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            DayStatements.days(connection, statement, 1, days);
            statement.executeUpdate();
        }
    }
}

package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What staged rows will change in a table, counted before they are taken there. */
final class StagedChanges {
    private static final String DIFFERS = DayStatements.OTHERS.stream()
                    .map(name -> "t." + name)
                    .collect(Collectors.joining(", ", "(", ")"))
            + " IS DISTINCT FROM "
            + DayStatements.OTHERS.stream().map(name -> "s." + name).collect(Collectors.joining(", ", "(", ")"));

    private StagedChanges() {}

    /**
     * What loading these days changes. Where that is not asked for in detail, and each row is staged once, it is known.
     *
     * @param columns whether rows are compared with the tables', and the columns that differ are told
     */
    static Map<PendingDay, CompletionOutbox.Change> of(
            Connection connection, Collection<DayLoad> loads, boolean columns) throws SQLException {
        final Map<PendingDay, CompletionOutbox.Change> changes = new HashMap<>();
        loads.forEach(load ->
                changes.put(load.day(), new CompletionOutbox.Change(load.day().rows(), columns ? List.of() : null)));
        final List<DayLoad> counted =
                loads.stream().filter(load -> columns || !load.isOnce()).toList();
        for (final Map.Entry<String, List<DayLoad>> table :
                DayLoad.byTable(counted).entrySet()) {
            changes.putAll(of(connection, table.getKey(), DayLoad.days(table.getValue()), columns));
        }
        return changes;
    }

    /**
     * What each of these days will change.
     *
     * @param table quoted, with its schema
     * @param days of that table
     * @param compare whether rows are compared with the table's: else each staged row counts, and no columns are told
     * @return days that have staged rows
     */
    private static Map<PendingDay, CompletionOutbox.Change> of(
            Connection connection, String table, Collection<PendingDay> days, boolean compare) throws SQLException {
        final Map<Integer, PendingDay> byNumber =
                days.stream().collect(Collectors.toMap(PendingDay::number, Function.identity()));
        final Map<PendingDay, CompletionOutbox.Change> changes = new HashMap<>();
        try (PreparedStatement select = connection.prepareStatement(compare ? compared(table) : counted())) {
            DayStatements.days(connection, select, 1, days);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    changes.put(byNumber.get(row.getInt(1)), change(row, compare));
                }
            }
        }
        return changes;
    }

    private static CompletionOutbox.Change change(ResultSet row, boolean compare) throws SQLException {
        // Rows that come or go differ in all columns.
        final boolean known = compare && row.getLong(3) == 0;
        final List<String> columns = known
                ? Arrays.stream((Object[]) row.getArray(4).getArray())
                        .map(String.class::cast)
                        .toList()
                : null;
        return new CompletionOutbox.Change(row.getLong(2), columns);
    }

    private static String counted() {
        return "SELECT s.day, count(*) FROM " + DayStatements.LATEST + " s GROUP BY s.day";
    }

    private static String compared(String table) {
        final String columns = DayStatements.OTHERS.stream()
                .map(name -> "CASE WHEN bool_or(NOT s.gone AND t.uuid IS NOT NULL AND t." + name
                        + " IS DISTINCT FROM s." + name + ") THEN '" + name + "' END")
                .collect(Collectors.joining(", "));
        return "SELECT s.day, count(*) FILTER (WHERE CASE WHEN s.gone THEN t.uuid IS NOT NULL ELSE t.uuid IS NULL OR "
                + DIFFERS + " END), count(*) FILTER (WHERE s.gone = (t.uuid IS NOT NULL)), array_remove(ARRAY["
                + columns
                + "], NULL) FROM " + DayStatements.LATEST + " s LEFT JOIN " + table
                + " t ON t.usage_start = s.usage_start AND t.uuid = s.uuid GROUP BY s.day";
    }
}

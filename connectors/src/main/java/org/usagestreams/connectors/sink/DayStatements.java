package org.usagestreams.connectors.sink;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The statements that take staged days into a table. Each has two parameters: the numbers of the days, and the offsets of their
 * markers. Only columns that are ours are written.
 */
final class DayStatements {
    /** The condition of rows that are ours: their uuids are of version 5. Cost management's are random, of version 4. */
    static final String OURS = "substring(uuid::text, 15, 1) = '5'";

    private static final List<String> COLUMNS =
            SummaryColumn.ALL.stream().map(SummaryColumn::name).toList();
    static final List<String> OTHERS = SummaryColumn.ALL.stream()
            .skip(SummaryColumn.KEY.size())
            .map(SummaryColumn::name)
            .toList();

    /** The rows up to the markers, once each. */
    private static final String STAGED = "(SELECT s.* FROM " + Stage.TABLE
            + " s JOIN unnest(?::int[], ?::bigint[]) d (day, marker) ON s.day = d.day AND s.seq <= d.marker)";

    /** Of each row the last. */
    static final String LATEST =
            "(SELECT DISTINCT ON (usage_start, uuid) * FROM " + STAGED + " ORDER BY usage_start, uuid, seq DESC)";

    private final String table;

    /** @param table quoted, with its schema */
    DayStatements(String table) {
        this.table = table;
    }

    /**
     * Inserts rows that the table does not have.
     *
     * @param once whether each row is staged once
     * @param oneDate whether all have the same date
     */
    String insert(boolean once, boolean oneDate) {
        return "INSERT INTO " + table + " AS t (" + String.join(", ", COLUMNS) + ") SELECT "
                + String.join(", ", COLUMNS) + " FROM " + (once ? STAGED : LATEST) + " s WHERE NOT gone ORDER BY "
                + (once && oneDate ? "uuid" : "usage_start, uuid");
    }

    /**
     * Inserts and updates rows.
     *
     * @param once whether each row is staged once
     * @param oneDate whether all have the same date
     * @param compare whether rows that are the same already are left alone, which costs a look at each
     */
    String upsert(boolean once, boolean oneDate, boolean compare) {
        return insert(once, oneDate) + " ON CONFLICT (usage_start, uuid) DO UPDATE SET "
                + OTHERS.stream().map(name -> name + " = excluded." + name).collect(Collectors.joining(", "))
                + (compare ? " WHERE (" + list("t.") + ") IS DISTINCT FROM (" + list("excluded.") + ")" : "");
    }

    private static String list(String prefix) {
        return OTHERS.stream().map(name -> prefix + name).collect(Collectors.joining(", "));
    }

    /** Deletes rows that no longer exist. */
    String delete(boolean once) {
        return "DELETE FROM " + table + " t USING " + (once ? STAGED : LATEST)
                + " s WHERE s.gone AND t.usage_start = s.usage_start AND t.uuid = s.uuid";
    }

    /**
     * Deletes rows of ours that are not staged. It has two parameters more, before the others: source and date.
     */
    String deleteOthers() {
        return "DELETE FROM " + table + " t WHERE t.source_uuid = ?::uuid AND t.usage_start = ?::date AND " + OURS
                + " AND NOT EXISTS (SELECT FROM " + LATEST
                + " s WHERE NOT s.gone AND s.usage_start = t.usage_start AND s.uuid = t.uuid)";
    }

    /** Sets the two parameters that these statements have. */
    static void days(Connection connection, PreparedStatement statement, int at, Collection<PendingDay> days)
            throws SQLException {
        final Array numbers = connection.createArrayOf(
                "int4", days.stream().map(PendingDay::number).toArray());
        final Array markers = connection.createArrayOf(
                "int8", days.stream().map(day -> day.marker().offset()).toArray());
        statement.setArray(at, numbers);
        statement.setArray(at + 1, markers);
    }

    /** Takes loaded rows out of the stage. */
    static String unstage() {
        return "DELETE FROM " + Stage.TABLE
                + " s USING unnest(?::int[], ?::bigint[]) d (day, marker) WHERE s.day = d.day AND s.seq <= d.marker";
    }
}

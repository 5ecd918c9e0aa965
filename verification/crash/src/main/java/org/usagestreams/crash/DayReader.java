package org.usagestreams.crash;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Reads all days of some sources in one statement, so that every look is of one moment. */
final class DayReader {
    private static final int TIMEOUT_SECONDS = 10;

    private final String sql;

    /**
     * Reads a table.
     *
     * @param table its name with the schema
     */
    DayReader(String table) {
        sql = "SELECT source_uuid::text, usage_start, count(*),"
                + " coalesce(sum(pod_usage_cpu_core_hours) FILTER (WHERE namespace LIKE '" + Contents.NAMESPACE_PREFIX
                + "%'), 0), coalesce(sum(pod_usage_cpu_core_hours), 0),"
                + " array_agg(DISTINCT coalesce(cluster_capacity_cpu_core_hours, -1)),"
                + " count(*) FILTER (WHERE NOT coalesce(CASE " + possible(Contents.LARGE) + possible(Contents.SMALL)
                + "ELSE false END, false)) FROM " + table
                + " WHERE source_uuid::text = ANY (?) GROUP BY 1, 2 ORDER BY 1, 2";
    }

    /** What holds for a row of a node, whatever the rows beside it are. */
    private static String possible(Contents contents) {
        final String capacity = "cluster_capacity_cpu_core_hours";
        final String version = contents == Contents.LARGE
                ? "mod(" + capacity + ", " + Contents.VERSIONS + ")"
                : "div(" + capacity + ", " + Contents.VERSIONS + ")";
        final String node = "WHEN node = '" + contents.node() + "' AND namespace ";
        final String amount = " THEN " + version + " > 0 AND pod_usage_cpu_core_hours = " + version + " * ";
        return node + "LIKE '" + Contents.NAMESPACE_PREFIX + "%'" + amount + contents.hoursPerRow() + " " + node + "= '"
                + Contents.UNALLOCATED + "'" + amount + (contents.capacity() - contents.hours()) + " ";
    }

    /** The days that have rows. */
    List<DayLook> read(Connection connection, List<String> sources) throws SQLException {
        final List<DayLook> days = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setQueryTimeout(TIMEOUT_SECONDS);
            select.setArray(1, connection.createArrayOf("text", sources.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    days.add(new DayLook(
                            rows.getString(1),
                            rows.getObject(2, LocalDate.class),
                            rows.getLong(3),
                            rows.getBigDecimal(4),
                            rows.getBigDecimal(5),
                            List.of((BigDecimal[]) rows.getArray(6).getArray()),
                            rows.getLong(7)));
                }
            }
        }
        return days;
    }
}

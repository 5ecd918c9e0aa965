package org.usagestreams.crash;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Reads all days of some sources in one statement, that is at one moment. */
final class DayReader {
    private static final int TIMEOUT_SECONDS = 10;

    private final String sql;

    /**
     * Reads these tables.
     *
     * @param rows that of the rows, with its schema
     * @param status that which says how far days are, with its schema
     */
    DayReader(String rows, String status) {
        sql = "SELECT coalesce(r.source, s.source_uuid::text), coalesce(r.date, s.usage_date), coalesce(r.count, 0),"
                + " coalesce(r.pods, 0), coalesce(r.hours, 0), coalesce(r.capacities, '{}'), coalesce(r.impossible, 0),"
                + " coalesce(s.row_count, 0), coalesce(s.epoch, 0), coalesce(s.revision, 0)"
                + " FROM (" + rows(rows) + ") r FULL JOIN (SELECT * FROM " + status
                + " WHERE source_uuid::text = ANY (?)) s"
                + " ON s.source_uuid::text = r.source AND s.usage_date = r.date ORDER BY 1, 2";
    }

    private static String rows(String table) {
        return "SELECT source_uuid::text AS source, usage_start AS date, count(*) AS count,"
                + " coalesce(sum(pod_usage_cpu_core_hours) FILTER (WHERE namespace LIKE '" + Contents.NAMESPACE_PREFIX
                + "%'), 0) AS pods, coalesce(sum(pod_usage_cpu_core_hours), 0) AS hours,"
                + " array_agg(DISTINCT coalesce(cluster_capacity_cpu_core_hours, -1)) AS capacities,"
                + " count(*) FILTER (WHERE NOT coalesce(CASE " + possible(Contents.LARGE) + possible(Contents.SMALL)
                + "ELSE false END, false)) AS impossible FROM " + table
                + " WHERE source_uuid::text = ANY (?) GROUP BY 1, 2";
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

    /** The days that have rows, or a status. */
    List<DayLook> read(Connection connection, List<String> sources) throws SQLException {
        final List<DayLook> days = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setQueryTimeout(TIMEOUT_SECONDS);
            select.setArray(1, connection.createArrayOf("text", sources.toArray()));
            select.setArray(2, connection.createArrayOf("text", sources.toArray()));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    days.add(new DayLook(
                            rows.getString(1),
                            rows.getObject(2, LocalDate.class),
                            rows.getLong(3),
                            rows.getBigDecimal(4),
                            rows.getBigDecimal(5),
                            List.of((BigDecimal[]) rows.getArray(6).getArray()),
                            rows.getLong(7),
                            rows.getLong(8),
                            new DayLook.Revision(rows.getLong(9), rows.getLong(10))));
                }
            }
        }
        return days;
    }
}

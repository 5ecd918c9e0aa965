package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Adds up the summary's amounts, for people to look at: CPU in core hours, memory in GiB hours, storage in GiB months. Of pods,
 * what is used, requested and effective leaves out unallocated rows. What is unallocated is the capacity of nodes less the
 * effective usage of their pods.
 */
public final class SummaryUsage {
    private static final String UNALLOCATED = "(namespace IN ('Platform unallocated', 'Worker unallocated')) IS TRUE";
    private static final String ALLOCATED = " FILTER (WHERE NOT " + UNALLOCATED + ")";

    private static final String SUMS = "sum(pod_usage_cpu_core_hours)" + ALLOCATED + " AS cpu_usage,"
            + " sum(pod_request_cpu_core_hours)" + ALLOCATED + " AS cpu_request,"
            + " sum(pod_effective_usage_cpu_core_hours)" + ALLOCATED + " AS cpu_effective,"
            + " sum(pod_effective_usage_cpu_core_hours) FILTER (WHERE " + UNALLOCATED + ") AS cpu_unallocated,"
            + " sum(pod_usage_memory_gigabyte_hours)" + ALLOCATED + " AS memory_usage,"
            + " sum(pod_request_memory_gigabyte_hours)" + ALLOCATED + " AS memory_request,"
            + " sum(pod_effective_usage_memory_gigabyte_hours)" + ALLOCATED + " AS memory_effective,"
            + " sum(pod_effective_usage_memory_gigabyte_hours) FILTER (WHERE " + UNALLOCATED
            + ") AS memory_unallocated,"
            + " sum(persistentvolumeclaim_usage_gigabyte_months) AS storage_usage,"
            + " sum(volume_request_storage_gigabyte_months) AS storage_request,"
            + " sum(persistentvolumeclaim_capacity_gigabyte_months) AS storage_capacity";

    private final Connection connection;
    private final String from;
    private final Rows rows;

    /** The groups of a sum of amounts. */
    public enum By {
        NAMESPACE("namespace"),
        NODE("node"),
        COST_CATEGORY("cost_category_id::text");

        private final String column;

        By(String column) {
            this.column = column;
        }
    }

    /**
     * Which rows are added up.
     *
     * @param organisation whose rows
     * @param source the cluster; null for all
     * @param from first date
     * @param to last date
     */
    public record Rows(String organisation, UUID source, LocalDate from, LocalDate to) {}

    /**
     * Reads through this connection; only rows that we wrote.
     *
     * @param statusSchema of the days' status, which says whose a cluster is: organisations may share the table
     */
    public SummaryUsage(Connection connection, SummaryTable table, String statusSchema, Rows rows) {
        this.connection = connection;
        this.rows = rows;
        from = " FROM " + table.name(rows.organisation())
                + " WHERE usage_start BETWEEN ? AND ? AND (?::uuid IS NULL OR source_uuid ="
                + " ?::uuid) AND source_uuid IN (SELECT source_uuid FROM "
                + PostgresSettings.quoted(statusSchema) + ".summary_status WHERE organisation = ?) AND "
                + SummaryTable.OURS;
    }

    /** Sums by date and name, as JSON objects. Capacities of nodes are in those by node. */
    public List<String> sums(By by, int limit) throws SQLException {
        final String sums = "SELECT usage_start AS usage_date, coalesce(" + by.column
                + ", '') AS name, count(*) AS rows, " + SUMS + from + " GROUP BY 1, 2";
        return by == By.NODE
                ? texts(
                        "SELECT row_to_json(t)::text FROM (SELECT * FROM (" + sums + ") s LEFT JOIN ("
                                + capacities("node")
                                + ") c USING (usage_date, name) ORDER BY usage_date, name LIMIT ?) t",
                        2,
                        limit)
                : texts("SELECT row_to_json(t)::text FROM (" + sums + " ORDER BY 1, 2 LIMIT ?) t", 1, limit);
    }

    /** The capacity of all nodes together by date, as JSON objects without a name. */
    public List<String> capacities(int limit) throws SQLException {
        return texts("SELECT row_to_json(t)::text FROM (" + capacities("''") + " ORDER BY 1 LIMIT ?) t", 1, limit);
    }

    /** Each row of a node has the capacity of the node's whole day. */
    private String capacities(String name) {
        return "SELECT usage_date, coalesce(" + name + ", '') AS name, sum(cpu) AS cpu_capacity, sum(memory) AS"
                + " memory_capacity FROM (SELECT usage_start AS usage_date, source_uuid, node,"
                + " max(node_capacity_cpu_core_hours) AS cpu, max(node_capacity_memory_gigabyte_hours) AS memory" + from
                + " AND node_capacity_cpu_core_hours IS NOT NULL GROUP BY 1, 2, 3) n GROUP BY 1, 2";
    }

    /** @param times how often the statement has the condition of rows */
    private List<String> texts(String sql, int times, int limit) throws SQLException {
        final List<String> texts = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            int at = 1;
            for (int i = 0; i < times; i++) {
                select.setObject(at++, rows.from());
                select.setObject(at++, rows.to());
                select.setObject(at++, rows.source());
                select.setObject(at++, rows.source());
                select.setString(at++, rows.organisation());
            }
            select.setInt(at, limit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    texts.add(row.getString(1));
                }
            }
        }
        return texts;
    }
}

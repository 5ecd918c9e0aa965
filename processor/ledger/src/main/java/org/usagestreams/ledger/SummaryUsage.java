package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Adds up the summary's amounts, for people to look at. */
public final class SummaryUsage {
    private static final String SUMS = "sum(pod_usage_cpu_core_hours) AS cpu_usage, sum(pod_request_cpu_core_hours) AS"
            + " cpu_request, sum(pod_effective_usage_cpu_core_hours) AS cpu_effective,"
            + " sum(pod_usage_memory_gigabyte_hours) AS memory_usage, sum(pod_request_memory_gigabyte_hours) AS"
            + " memory_request, sum(pod_effective_usage_memory_gigabyte_hours) AS memory_effective,"
            + " sum(persistentvolumeclaim_usage_gigabyte_months) AS storage_usage,"
            + " sum(volume_request_storage_gigabyte_months) AS storage_request";

    private SummaryUsage() {}

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
     * Sums by date and name as JSON objects; only of rows that we wrote. CPU in core hours, memory in GiB hours, storage in GiB
     * months.
     *
     * @param statusSchema of the days' status, which says whose a cluster is: organisations may share the table
     * @param organisation whose rows
     * @param source the cluster; null for all
     * @param from first date
     * @param to last date
     */
    public static List<String> sums(
            Connection connection,
            SummaryTable table,
            String statusSchema,
            String organisation,
            UUID source,
            LocalDate from,
            LocalDate to,
            By by,
            int limit)
            throws SQLException {
        final List<String> sums = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("SELECT to_jsonb(t)::text FROM (SELECT usage_start AS"
                        + " usage_date, coalesce(" + by.column + ", '') AS name, count(*) AS rows, " + SUMS + " FROM "
                        + table.name(organisation)
                        + " WHERE usage_start BETWEEN ? AND ? AND (?::uuid IS NULL OR source_uuid ="
                        + " ?::uuid) AND source_uuid IN (SELECT source_uuid FROM "
                        + PostgresSettings.quoted(statusSchema) + ".summary_status WHERE organisation = ?) AND "
                        + SummaryTable.OURS + " GROUP BY 1, 2 ORDER BY 1, 2 LIMIT ?) t")) {
            select.setObject(1, from);
            select.setObject(2, to);
            select.setObject(3, source);
            select.setObject(4, source);
            select.setString(5, organisation);
            select.setInt(6, limit);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    sums.add(row.getString(1));
                }
            }
        }
        return sums;
    }
}

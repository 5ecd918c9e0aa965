package org.usagestreams.operations.reference;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;
import org.usagestreams.summarizer.reference.ReferenceKey;

/** Reference data as cost management keeps it, in the tables of an organisation's schema. */
public final class ReferenceDatabase {
    private ReferenceDatabase() {}

    /**
     * Reads all kinds.
     *
     * @param schema the organisation's; it is quoted
     * @param organisation as object keys name it; cost management names the schema so
     */
    public static ReferenceSet read(Connection connection, String schema, String organisation) throws SQLException {
        final String prefix = "\"" + schema.replace("\"", "\"\"") + "\".";
        final Map<String, Cluster> clusters = new TreeMap<>();
        final Set<String> keys = new TreeSet<>();
        final List<CostCategory> categories = new ArrayList<>();
        final Map<String, String> mappings = new TreeMap<>();
        try (Statement statement = connection.createStatement()) {
            // A source has a row for each month. The cluster's id and alias are those of the latest.
            try (ResultSet rows = statement.executeQuery("SELECT provider_id::text, cluster_id, cluster_alias,"
                    + " to_char(report_period_start AT TIME ZONE 'UTC', 'YYYY-MM'), id FROM " + prefix
                    + "reporting_ocpusagereportperiod WHERE provider_id IS NOT NULL"
                    + " ORDER BY provider_id, report_period_start, id")) {
                while (rows.next()) {
                    final String source =
                            ReferenceKey.cluster("", rows.getString(1)).name();
                    final Map<YearMonth, Integer> periods = new TreeMap<>();
                    if (clusters.containsKey(source)) {
                        periods.putAll(clusters.get(source).reportPeriods());
                    }
                    periods.put(YearMonth.parse(rows.getString(4)), rows.getInt(5));
                    clusters.put(source, new Cluster(rows.getString(2), rows.getString(3), periods));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT child.key, parent.key FROM " + prefix
                    + "reporting_tagmapping JOIN " + prefix
                    + "reporting_enabledtagkeys child ON child.uuid = child_id JOIN "
                    + prefix + "reporting_enabledtagkeys parent ON parent.uuid = parent_id"
                    + " WHERE child.provider_type = 'OCP' AND parent.provider_type = 'OCP'")) {
                while (rows.next()) {
                    mappings.put(rows.getString(1), rows.getString(2));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT DISTINCT key FROM " + prefix
                    + "reporting_enabledtagkeys WHERE enabled AND provider_type = 'OCP'")) {
                while (rows.next()) {
                    keys.add(rows.getString(1));
                }
            }
            try (ResultSet rows = statement.executeQuery("SELECT DISTINCT namespace, cost_category_id FROM " + prefix
                    + "reporting_ocp_cost_category_namespace ORDER BY 1, 2")) {
                while (rows.next()) {
                    categories.add(new CostCategory(rows.getString(1), rows.getInt(2)));
                }
            }
        }
        return new ReferenceSet(
                organisation, Optional.of(clusters), Optional.of(keys), Optional.of(categories), Optional.of(mappings));
    }
}

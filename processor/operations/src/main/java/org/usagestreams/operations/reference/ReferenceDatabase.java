package org.usagestreams.operations.reference;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;
import org.usagestreams.summarizer.reference.ReferenceJson;

/** Reference data as cost management keeps it, in the tables of an organisation's schema. */
public final class ReferenceDatabase {
    private ReferenceDatabase() {}

    /**
     * Reads the three kinds.
     *
     * @param schema the organisation's; it is quoted
     */
    public static ReferenceSet read(Connection connection, String schema) throws SQLException {
        final String prefix = "\"" + schema.replace("\"", "\"\"") + "\".";
        final Map<String, Cluster> clusters = new TreeMap<>();
        final Set<String> keys = new TreeSet<>();
        final List<CostCategory> categories = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            // A source has a report period for each month; the summary has one per source: its latest.
            try (ResultSet rows =
                    statement.executeQuery("SELECT DISTINCT ON (provider_id) provider_id::text, cluster_id,"
                            + " cluster_alias, id FROM " + prefix + "reporting_ocpusagereportperiod"
                            + " ORDER BY provider_id, report_period_start DESC, id DESC")) {
                while (rows.next()) {
                    clusters.put(
                            ReferenceJson.clusterKey(rows.getString(1)),
                            new Cluster(rows.getString(2), rows.getString(3), rows.getInt(4)));
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
        return new ReferenceSet(Optional.of(clusters), Optional.of(keys), Optional.of(categories));
    }
}

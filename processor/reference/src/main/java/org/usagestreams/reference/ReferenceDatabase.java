package org.usagestreams.reference;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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

/**
 * Reads reference data from cost management: organisations and sources in the schema {@code public}, everything else in one
 * schema for each organisation. Each call is one read-only transaction, so its result is of one moment.
 */
public final class ReferenceDatabase implements ReferenceSource {
    private static final String SUMMARY = "reporting_ocpusagelineitem_daily_summary";

    /** Rows that the driver holds at once. */
    private static final int FETCH = 1_000;

    private final Connection connection;
    private final Duration timeout;

    /**
     * Reads through this connection, and closes it.
     *
     * @param timeout the longest that one statement may take
     */
    public ReferenceDatabase(Connection connection, Duration timeout) throws SQLException {
        this.connection = connection;
        this.timeout = timeout;
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        // The server ends a statement; this ends the wait for a server that is gone without a word.
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(timeout.toMillis()) + 10_000);
    }

    private interface Work<T> {
        T run() throws SQLException;
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    @Override
    public List<Organisation> organisations() throws SQLException {
        return inTransaction(() -> {
            final List<Organisation> organisations = new ArrayList<>();
            query(
                    "SELECT DISTINCT schema_name FROM public.api_customer WHERE schema_name <> '' ORDER BY 1",
                    row -> organisations.add(Organisation.of(row.getString(1))));
            return organisations;
        });
    }

    @Override
    public ReferenceSet read(Organisation organisation) throws SQLException {
        return inTransaction(() -> {
            final String schema = "\"" + organisation.schema().replace("\"", "\"\"") + "\".";
            return new ReferenceSet(
                    organisation.name(),
                    Optional.of(clusters(organisation.schema(), schema)),
                    Optional.of(enabledKeys(schema)),
                    Optional.of(costCategories(schema)),
                    Optional.of(tagMappings(schema)),
                    retention(schema));
        });
    }

    @Override
    public boolean isReachable() {
        try {
            return connection.isValid((int) Math.max(1, timeout.toSeconds()));
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    private <T> T inTransaction(Work<T> work) throws SQLException {
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute("SET LOCAL statement_timeout = " + timeout.toMillis());
            }
            return work.run();
        } finally {
            if (!connection.isClosed()) {
                connection.rollback();
            }
        }
    }

    private void query(String sql, Row row, Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setFetchSize(FETCH);
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    row.read(rows);
                }
            }
        }
    }

    /**
     * Clusters with all their report periods. A source has its name and its cluster's id in the schema {@code public}; what
     * is not there, because it was removed or may not be read, is taken from its latest report period.
     */
    private Map<String, Cluster> clusters(String organisation, String schema) throws SQLException {
        final Map<String, Cluster> clusters = new TreeMap<>();
        query(
                "SELECT provider_id::text, cluster_id, cluster_alias, to_char(report_period_start AT TIME ZONE 'UTC',"
                        + " 'YYYY-MM'), id FROM " + schema + "reporting_ocpusagereportperiod"
                        + " WHERE provider_id IS NOT NULL ORDER BY provider_id, report_period_start, id",
                row -> {
                    final String source = source(row);
                    final Map<YearMonth, Integer> periods = periods(clusters.get(source));
                    periods.put(YearMonth.parse(row.getString(4)), row.getInt(5));
                    clusters.put(source, cluster(source, row.getString(2), row.getString(3), periods));
                });
        if (isReadable("public.api_provider", "uuid")) {
            query(
                    providers(isReadable("public.api_providerauthentication", "credentials")),
                    row -> {
                        final String source = source(row);
                        final Cluster known = clusters.getOrDefault(source, Cluster.unknown(source));
                        clusters.put(
                                source,
                                cluster(
                                        source,
                                        row.getString(2) == null ? known.id() : row.getString(2),
                                        row.getString(3) == null ? known.alias() : row.getString(3),
                                        known.reportPeriods()));
                    },
                    organisation);
        }
        return clusters;
    }

    private static String providers(boolean withCredentials) {
        return "SELECT p.uuid::text, " + (withCredentials ? "a.credentials ->> 'cluster_id'" : "NULL") + ", p.name"
                + " FROM public.api_provider p JOIN public.api_customer c ON c.id = p.customer_id"
                + (withCredentials
                        ? " LEFT JOIN public.api_providerauthentication a ON a.id = p.authentication_id"
                        : "")
                + " WHERE p.type = 'OCP' AND c.schema_name = ?";
    }

    private static String source(ResultSet row) throws SQLException {
        return ReferenceKey.cluster("", row.getString(1)).name();
    }

    private static Map<YearMonth, Integer> periods(Cluster cluster) {
        return cluster == null ? new TreeMap<>() : new TreeMap<>(cluster.reportPeriods());
    }

    private static Cluster cluster(String source, String id, String alias, Map<YearMonth, Integer> periods) {
        return new Cluster(id == null ? source : id, alias, periods);
    }

    /** Whether the column is there and may be read. Credentials of other sources stand in the same column as cluster ids. */
    private boolean isReadable(String table, String column) throws SQLException {
        final List<Boolean> readable = new ArrayList<>();
        query(
                "SELECT CASE WHEN to_regclass(?) IS NULL THEN false"
                        + " ELSE has_column_privilege(to_regclass(?), ?, 'SELECT') END",
                row -> readable.add(row.getBoolean(1)),
                table,
                table,
                column);
        return readable.get(0);
    }

    /** What the organisation keeps: its setting, which only later versions of cost management have, and its partitions. */
    private ClusterRetention retention(String schema) throws SQLException {
        final Integer[] months = new Integer[1];
        if (isReadable(schema + "tenant_settings", "data_retention_months")) {
            query(
                    "SELECT max(data_retention_months) FROM " + schema + "tenant_settings",
                    row -> months[0] = row.getObject(1, Integer.class));
        }
        final Set<YearMonth> partitions = new TreeSet<>();
        query(
                "SELECT to_char(month, 'YYYY-MM') FROM (SELECT pg_get_expr(c.relpartbound, c.oid) AS bound FROM"
                        + " pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = to_regclass(?)) p,"
                        + " generate_series(substring(bound FROM 'FROM"
                        + " [(]''([0-9]{4}-[0-9]{2}-[0-9]{2})''[)]')::timestamp, substring(bound FROM 'TO"
                        + " [(]''([0-9]{4}-[0-9]{2}-[0-9]{2})''[)]')::timestamp - interval '1 day', '1 month') month",
                row -> partitions.add(YearMonth.parse(row.getString(1))), schema + SUMMARY);
        return new ClusterRetention(months[0], partitions, Set.of());
    }

    private Set<String> enabledKeys(String schema) throws SQLException {
        final Set<String> keys = new TreeSet<>();
        query(
                "SELECT DISTINCT key FROM " + schema
                        + "reporting_enabledtagkeys WHERE enabled AND provider_type = 'OCP'",
                row -> keys.add(row.getString(1)));
        return keys;
    }

    private List<CostCategory> costCategories(String schema) throws SQLException {
        final List<CostCategory> categories = new ArrayList<>();
        query(
                "SELECT DISTINCT namespace, cost_category_id FROM " + schema
                        + "reporting_ocp_cost_category_namespace ORDER BY 1, 2",
                row -> categories.add(new CostCategory(row.getString(1), row.getInt(2))));
        return categories;
    }

    private Map<String, String> tagMappings(String schema) throws SQLException {
        final Map<String, String> mappings = new TreeMap<>();
        query(
                "SELECT child.key, parent.key FROM " + schema + "reporting_tagmapping JOIN " + schema
                        + "reporting_enabledtagkeys child ON child.uuid = child_id JOIN " + schema
                        + "reporting_enabledtagkeys parent ON parent.uuid = parent_id"
                        + " WHERE child.provider_type = 'OCP' AND parent.provider_type = 'OCP'",
                row -> mappings.put(row.getString(1), row.getString(2)));
        return mappings;
    }
}

package org.usagestreams.validation;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Compares every row and column of the table with the expected ones. Amounts agree within 1e-9 relative (section 4). */
final class Comparison {
    /** Texts that identify a row; several storage rows may have the same, where only their CSI handles differ. */
    private static final List<String> IDENTITY = List.of(
            "data_source",
            "source_uuid",
            "usage_start",
            "namespace",
            "node",
            "pod_labels",
            "volume_labels",
            "persistentvolumeclaim",
            "persistentvolume",
            "storageclass");

    private static final List<String> OTHER_TEXTS = List.of(
            "usage_end",
            "cluster_id",
            "cluster_alias",
            "report_period_id",
            "resource_id",
            "all_labels",
            "infrastructure_usage_cost",
            "cost_category_id");

    /**
     * Days of which it is not known what they should hold are in neither, nor are those of sources that cost management has removed:
     * their rows stay as they were, or went with the source. A table that is for all organisations does not say whose a day is.
     */
    private static final String COMPARED_OF_ALL =
            "(source_uuid::VARCHAR, usage_start::DATE) NOT IN (SELECT (source_uuid, usage_date) FROM left_out)"
                    + " AND source_uuid::VARCHAR NOT IN (SELECT source_uuid FROM removed)";

    /** The same where each organisation has its table; of those whose table cannot be read, nothing is compared. */
    private static final String COMPARED_OF_ONE = "(organisation, source_uuid::VARCHAR, usage_start::DATE) NOT IN"
            + " (SELECT (organisation, source_uuid, usage_date) FROM left_out)"
            + " AND (organisation, source_uuid::VARCHAR) NOT IN (SELECT (organisation, source_uuid) FROM removed)"
            + " AND ('', source_uuid::VARCHAR) NOT IN (SELECT (organisation, source_uuid) FROM removed)"
            + " AND organisation NOT IN (SELECT organisation FROM unread)";

    /** Rows that cost management has removed are not expected any more. */
    private static final String NOT_PURGED =
            "(organisation, source_uuid::VARCHAR, strftime(usage_start::DATE, '%Y-%m')) NOT IN"
                    + " (SELECT (organisation, source_uuid, month) FROM purged)";

    private static final List<String> LABELS = List.of("pod_labels", "volume_labels", "all_labels");

    static final List<String> AMOUNTS = List.of(
            "pod_usage_cpu_core_hours",
            "pod_request_cpu_core_hours",
            "pod_effective_usage_cpu_core_hours",
            "pod_limit_cpu_core_hours",
            "pod_usage_memory_gigabyte_hours",
            "pod_request_memory_gigabyte_hours",
            "pod_effective_usage_memory_gigabyte_hours",
            "pod_limit_memory_gigabyte_hours",
            "node_capacity_cpu_cores",
            "node_capacity_cpu_core_hours",
            "node_capacity_memory_gigabytes",
            "node_capacity_memory_gigabyte_hours",
            "cluster_capacity_cpu_core_hours",
            "cluster_capacity_memory_gigabyte_hours",
            "persistentvolumeclaim_capacity_gigabyte",
            "persistentvolumeclaim_capacity_gigabyte_months",
            "volume_request_storage_gigabyte_months",
            "persistentvolumeclaim_usage_gigabyte_months");

    private final ExpectedSummary summary;
    private final List<String> identity = new ArrayList<>();
    private final String compared;

    /** Compares with a table that does not say whose its rows are. */
    Comparison(ExpectedSummary summary) {
        this(summary, false);
    }

    /** @param isOfOrganisation whether the table says whose each row is, in the column organisation */
    Comparison(ExpectedSummary summary, boolean isOfOrganisation) {
        this.summary = summary;
        compared = isOfOrganisation ? COMPARED_OF_ONE : COMPARED_OF_ALL;
        if (isOfOrganisation) {
            identity.add("organisation");
        }
        identity.addAll(IDENTITY);
    }

    /**
     * What was compared.
     *
     * @param differences the first ones, each as a line
     */
    record Result(long expected, long found, long differing, List<String> differences) {
        boolean same() {
            return differing == 0;
        }
    }

    /** Columns of ours in the table, but for the uuid, in the order in which an export has them. */
    static List<String> columns() {
        final List<String> columns = new ArrayList<>(IDENTITY);
        columns.addAll(OTHER_TEXTS);
        columns.addAll(AMOUNTS);
        return columns;
    }

    /**
     * Derives what is expected, and compares.
     *
     * @param table the table's rows as CSV with a header, nulls unquoted and empty
     */
    Result compare(Path table, Validation.Scope scope) throws SQLException {
        summary.execute("CREATE OR REPLACE TABLE expected AS "
                + numbered("SELECT * FROM (" + summary.sql() + ") WHERE " + scope.condition()
                        + (scope.organisation() == null ? "" : " AND organisation = " + Sql.text(scope.organisation()))
                        + " AND " + compared + " AND " + NOT_PURGED));
        readTable(table);
        final List<String> checks = new ArrayList<>();
        for (final String column : OTHER_TEXTS) {
            checks.add(
                    "CASE WHEN e." + column + "::VARCHAR IS DISTINCT FROM f." + column + " THEN '" + column + "' END");
        }
        for (final String column : AMOUNTS) {
            final String expected = "e." + column;
            final String found = "f." + column + "::DOUBLE";
            checks.add("CASE WHEN (" + expected + " IS NULL) <> (" + found + " IS NULL) OR abs(" + expected + " - "
                    + found
                    + ") > greatest(1e-12, 1e-9 * greatest(abs(" + expected + "), abs(" + found + "))) THEN '" + column
                    + "' END");
        }
        final List<String> texts = new ArrayList<>(OTHER_TEXTS);
        texts.addAll(AMOUNTS);
        summary.execute("CREATE OR REPLACE TABLE difference AS SELECT coalesce(e.identity, f.identity) AS identity,"
                + " CASE WHEN f.identity IS NULL THEN 'is missing' WHEN e.identity IS NULL THEN 'is not expected'"
                + " ELSE 'differs' END AS what, concat_ws(', ', " + String.join(", ", described(texts, checks))
                + ") AS columns FROM expected e FULL JOIN found f ON e.identity = f.identity AND e.twin = f.twin"
                + " WHERE e.identity IS NULL OR f.identity IS NULL OR coalesce(" + String.join(", ", checks)
                + ") IS NOT NULL");
        final List<String> lines = new ArrayList<>();
        try (Statement statement = summary.duck().createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT what, identity, columns FROM difference ORDER BY identity, what LIMIT "
                                + scope.most())) {
            while (rows.next()) {
                final String columns = rows.getString(3);
                lines.add("a row " + rows.getString(1) + ": " + rows.getString(2)
                        + (columns.isEmpty() || !rows.getString(1).equals("differs") ? "" : ": " + columns));
            }
        }
        return new Result(count("expected"), count("found"), count("difference"), lines);
    }

    private static List<String> described(List<String> texts, List<String> checks) {
        final List<String> described = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            described.add("(" + checks.get(i) + ") || ' is ' || coalesce(f." + texts.get(i)
                    + "::VARCHAR, 'null') || ', expected ' || coalesce(e." + texts.get(i) + "::VARCHAR, 'null')");
        }
        return described;
    }

    /** The table's rows; labels as texts with ascending keys. */
    private void readTable(Path table) throws SQLException {
        summary.execute("CREATE OR REPLACE TABLE stored AS SELECT * FROM read_csv('"
                + table.toString().replace("'", "''")
                + "', header = true, all_varchar = true, delim = ',', quote = '\"', escape = '\"', nullstr = '',"
                + " allow_quoted_nulls = false, max_line_size = 16777216)");
        final List<String> texts = LABELS.stream()
                .map(column -> "SELECT " + column + " AS text FROM stored WHERE " + column + " IS NOT NULL")
                .toList();
        summary.execute("CREATE OR REPLACE TABLE sorted_text AS SELECT text, CASE WHEN text = '{}' THEN text ELSE"
                + " to_json(map_from_entries(list_sort(map_entries(text::JSON::MAP(VARCHAR, VARCHAR)))))::VARCHAR END"
                + " AS sorted FROM (" + String.join(" UNION ", texts) + ")");
        summary.execute("CREATE OR REPLACE TABLE found AS "
                + numbered(
                        "SELECT stored.* REPLACE (p.sorted AS pod_labels, v.sorted AS volume_labels, a.sorted AS all_labels)"
                                + " FROM stored LEFT JOIN sorted_text p ON p.text = pod_labels"
                                + " LEFT JOIN sorted_text v ON v.text = volume_labels LEFT JOIN sorted_text a ON a.text = all_labels"
                                + " WHERE " + compared));
    }

    /** Rows with their identity, and a number among those that have the same. */
    private String numbered(String rows) {
        final List<String> parts = identity.stream()
                .map(column -> "coalesce(" + column + "::VARCHAR, '-')")
                .toList();
        final String order = "coalesce(resource_id, ''), "
                + String.join(
                        ", ",
                        AMOUNTS.stream()
                                .map(column -> "round(" + column + "::DOUBLE, 6) NULLS FIRST")
                                .toList());
        return "SELECT *, row_number() OVER (PARTITION BY identity ORDER BY " + order
                + ") AS twin FROM (SELECT *, concat_ws(' ', " + String.join(", ", parts) + ") AS identity FROM (" + rows
                + "))";
    }

    private long count(String table) throws SQLException {
        try (Statement statement = summary.duck().createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }
}

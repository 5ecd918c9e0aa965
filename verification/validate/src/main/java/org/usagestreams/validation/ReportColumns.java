package org.usagestreams.validation;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The columns of a report that the rules name (section 1), and how DuckDB makes each of one type from what a file has.
 *
 * @param report name of the report, as a short path segment
 * @param columns column in the file to name in the statement, with the kind and whether a file has to have it
 */
record ReportColumns(String report, List<Column> columns) {
    /** What a column holds. */
    enum Kind {
        TIME("TIMESTAMP"),
        NAME("VARCHAR"),
        LABELS("VARCHAR"),
        AMOUNT("DOUBLE");

        private final String type;

        Kind(String type) {
            this.type = type;
        }
    }

    /** A column of a report. */
    record Column(String inFile, String name, Kind kind, boolean required) {}

    static final List<ReportColumns> REPORTS = List.of(
            new ReportColumns(
                    "pod_usage",
                    List.of(
                            time(),
                            name("node", "node", true),
                            name("namespace", "namespace", true),
                            name("pod", "pod", true),
                            name("resource_id", "resource_id", false),
                            name("node_role", "node_role", false),
                            labels("pod_labels", "labels", false),
                            amount("pod_usage_cpu_core_seconds", "usage_cpu"),
                            amount("pod_request_cpu_core_seconds", "request_cpu"),
                            amount("pod_limit_cpu_core_seconds", "limit_cpu"),
                            amount("pod_effective_usage_cpu_core_seconds", "effective_cpu"),
                            amount("pod_usage_memory_byte_seconds", "usage_memory"),
                            amount("pod_request_memory_byte_seconds", "request_memory"),
                            amount("pod_limit_memory_byte_seconds", "limit_memory"),
                            amount("pod_effective_usage_memory_byte_seconds", "effective_memory"),
                            amount("node_capacity_cpu_cores", "node_cores"),
                            amount("node_capacity_cpu_core_seconds", "node_core_seconds"),
                            amount("node_capacity_memory_bytes", "node_bytes"),
                            amount("node_capacity_memory_byte_seconds", "node_byte_seconds"))),
            new ReportColumns(
                    "storage_usage",
                    List.of(
                            time(),
                            name("namespace", "namespace", true),
                            name("pod", "pod", true),
                            name("persistentvolumeclaim", "claim", true),
                            name("persistentvolume", "volume", false),
                            name("storageclass", "storage_class", false),
                            name("csi_volume_handle", "csi_handle", false),
                            labels("persistentvolume_labels", "volume_labels", false),
                            labels("persistentvolumeclaim_labels", "claim_labels", false),
                            amount("persistentvolumeclaim_capacity_bytes", "capacity_bytes"),
                            amount("persistentvolumeclaim_capacity_byte_seconds", "capacity_seconds"),
                            amount("volume_request_storage_byte_seconds", "request_seconds"),
                            amount("persistentvolumeclaim_usage_byte_seconds", "usage_seconds"))),
            new ReportColumns(
                    "node_labels", List.of(time(), name("node", "node", true), labels("node_labels", "labels", true))),
            new ReportColumns(
                    "namespace_labels",
                    List.of(time(), name("namespace", "namespace", true), labels("namespace_labels", "labels", true))));

    private static Column time() {
        return new Column("interval_start", "interval_start", Kind.TIME, true);
    }

    private static Column name(String inFile, String name, boolean required) {
        return new Column(inFile, name, Kind.NAME, required);
    }

    private static Column labels(String inFile, String name, boolean required) {
        return new Column(inFile, name, Kind.LABELS, required);
    }

    private static Column amount(String inFile, String name) {
        return new Column(inFile, name, Kind.AMOUNT, false);
    }

    /**
     * What to select from a file; equal for files that can be read together.
     *
     * @param types the file's columns by name in lower case, with DuckDB's types
     * @return empty where a required column is missing
     */
    Optional<String> selection(Map<String, String> types) {
        final List<String> selected = new ArrayList<>();
        for (final Column column : columns) {
            final String type = types.get(column.inFile());
            if (type == null && column.required()) {
                return Optional.empty();
            }
            selected.add(expression(column, type) + " AS " + column.name());
        }
        return Optional.of(String.join(", ", selected));
    }

    /** The rows of files, by what to select from them. */
    String rows(Map<String, List<String>> files) {
        final List<String> parts = new ArrayList<>();
        files.forEach((selection, paths) -> parts.add("SELECT filename AS file, file_row_number, " + selection
                + " FROM read_parquet(" + list(paths) + ", filename = true, file_row_number = true)"));
        if (parts.isEmpty()) {
            final Map<String, String> none = new LinkedHashMap<>();
            columns.forEach(column -> none.put(column.name(), "NULL::" + column.kind().type));
            final List<String> selected = new ArrayList<>(List.of("NULL::VARCHAR AS file", "0 AS file_row_number"));
            none.forEach((name, value) -> selected.add(value + " AS " + name));
            parts.add("SELECT " + String.join(", ", selected) + " WHERE false");
        }
        return String.join(" UNION ALL ", parts);
    }

    private static String list(List<String> paths) {
        return "['"
                + String.join(
                        "', '",
                        paths.stream().map(path -> path.replace("'", "''")).toList())
                + "']";
    }

    private static String expression(Column column, String type) {
        final String value = '"' + column.inFile() + '"';
        final String nothing = "NULL::" + column.kind().type;
        if (type == null) {
            return nothing;
        }
        final String upper = type.toUpperCase(Locale.ROOT);
        return switch (column.kind()) {
            case TIME -> {
                if (upper.equals("TIMESTAMP WITH TIME ZONE")) {
                    yield value + " AT TIME ZONE 'UTC'";
                }
                if (upper.startsWith("TIMESTAMP")) {
                    yield value + "::TIMESTAMP";
                }
                // Go prints +0000 UTC: the offset gets its colon, and the zone's name after it goes.
                yield isText(upper)
                        ? "try_cast(regexp_replace(regexp_replace(" + text(value, upper)
                                + ", '([+-]\\d\\d):?(\\d\\d)(\\s+\\S+)?\\s*$', '\\1:\\2'), '\\s+([+-]\\d\\d:\\d\\d)$', '\\1')"
                                + " AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
                        : nothing;
            }
            case NAME -> isText(upper) ? text(value, upper) : nothing;
            case LABELS ->
                isText(upper)
                        ? text(value, upper)
                        : "CASE WHEN " + value + " IS NOT NULL THEN to_json(" + value + ")::VARCHAR END";
            case AMOUNT ->
                upper.equals("DOUBLE") || upper.equals("FLOAT")
                        ? "CASE WHEN NOT isnan(" + value + ") THEN " + value + "::DOUBLE END"
                        : value + "::DOUBLE";
        };
    }

    private static boolean isText(String type) {
        return type.equals("VARCHAR") || type.equals("BLOB") || type.equals("JSON");
    }

    private static String text(String value, String type) {
        return type.equals("BLOB") ? "decode(" + value + ")" : value + "::VARCHAR";
    }
}

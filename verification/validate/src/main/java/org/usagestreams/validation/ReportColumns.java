package org.usagestreams.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The columns of a report that the rules name (section 1), and how DuckDB makes each of one type from what a file has.
 *
 * @param report name of the report, as a short path segment
 * @param columns column in the file to name in the statement, with the kind and whether a file has to have it
 */
record ReportColumns(String report, List<Column> columns) {
    /** What a column holds. */
    enum Kind {
        TIME("TIMESTAMP", "TIMESTAMP.*|VARCHAR|BLOB"),
        NAME("VARCHAR", "VARCHAR|BLOB|JSON"),
        LABELS("VARCHAR", NAME.types + "|(MAP|STRUCT)\\((?!.*(MAP\\(|STRUCT\\(|\\[\\])).*\\)"),
        AMOUNT("DOUBLE", "DOUBLE|FLOAT|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL.*");

        private final String type;
        private final String types;

        /**
         * What a column holds.
         *
         * @param type what it is read as
         * @param types of DuckDB's, a pattern of those that it can have in a file
         */
        Kind(String type, String types) {
            this.type = type;
            this.types = types;
        }

        private boolean takes(String inFile) {
            return inFile.toUpperCase(Locale.ROOT).matches("(?s)" + "(" + types + ")");
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

    /** The columns of the report of that name. */
    static ReportColumns of(String report) {
        return REPORTS.stream()
                .filter(columns -> columns.report().equals(report))
                .findFirst()
                .orElseThrow();
    }

    /**
     * What to read of a file.
     *
     * @param sql what to select
     * @param counts values to count, so that all that is selected is read: first those of the columns of wrong types
     * @param wrong columns of types that they cannot have, with that type; they are null if they hold no value
     */
    record Selection(String sql, String counts, List<String> wrong) {}

    /**
     * What to select from a file.
     *
     * @param types the file's columns by name in lower case, with DuckDB's types
     * @throws UnreadableReportException if a required column is missing
     */
    Selection selection(Map<String, String> types) throws UnreadableReportException {
        final List<String> selected = new ArrayList<>();
        final List<String> counts = new ArrayList<>();
        final List<String> wrongCounts = new ArrayList<>();
        final List<String> wrong = new ArrayList<>();
        for (final Column column : columns) {
            final String type = types.get(column.inFile());
            if (type == null && column.required()) {
                throw new UnreadableReportException("the column " + column.inFile() + " is missing", null);
            }
            String expression = "NULL::" + column.kind().type;
            if (type != null && column.kind().takes(type)) {
                expression = expression(column, type);
                counts.add("count(" + expression + ")");
            } else if (type != null) {
                wrongCounts.add("count(\"" + column.inFile() + "\")");
                wrong.add("the column " + column.inFile() + " is " + type);
            }
            selected.add(expression + " AS " + column.name());
        }
        wrongCounts.addAll(counts);
        return new Selection(String.join(", ", selected), String.join(", ", wrongCounts), wrong);
    }

    /** The types of the report's columns in a file, in the order of the columns. */
    String typesOf(Map<String, String> types) {
        return String.join(
                "; ",
                columns.stream()
                        .map(column -> String.valueOf(types.get(column.inFile())))
                        .toList());
    }

    /** The rows of files that have the columns in the same types, as SQL. */
    static String rows(String selection, List<String> paths) {
        return "SELECT filename AS file, file_row_number, " + selection + " FROM read_parquet(" + list(paths)
                + ", filename = true, file_row_number = true)";
    }

    /** No rows, as SQL. */
    String noRows() {
        final List<String> selected = new ArrayList<>(List.of("NULL::VARCHAR AS file", "0::BIGINT AS file_row_number"));
        columns.forEach(column -> selected.add("NULL::" + column.kind().type + " AS " + column.name()));
        return "SELECT " + String.join(", ", selected) + " WHERE false";
    }

    /** Paths as a list of DuckDB's. */
    static String list(List<String> paths) {
        return "['"
                + String.join(
                        "', '",
                        paths.stream().map(path -> path.replace("'", "''")).toList())
                + "']";
    }

    private static String expression(Column column, String type) {
        final String value = '"' + column.inFile() + '"';
        final String upper = type.toUpperCase(Locale.ROOT);
        return switch (column.kind()) {
            case TIME -> {
                if (upper.equals("TIMESTAMP WITH TIME ZONE")) {
                    yield value + " AT TIME ZONE 'UTC'";
                }
                if (upper.endsWith("_NS")) {
                    // A cast would round.
                    yield "make_timestamp(epoch_ns(" + value + ") // 1000)";
                }
                if (upper.startsWith("TIMESTAMP")) {
                    yield value + "::TIMESTAMP";
                }
                // Go prints +0000 UTC: the offset gets its colon, and the zone's name after it goes.
                yield "try_cast(regexp_replace(regexp_replace(" + text(value, upper)
                        + ", '([+-]\\d\\d):?(\\d\\d)(\\s+\\S+)?\\s*$', '\\1:\\2'), '\\s+([+-]\\d\\d:\\d\\d)$', '\\1')"
                        + " AS TIMESTAMPTZ) AT TIME ZONE 'UTC'";
            }
            case NAME -> text(value, upper);
            case LABELS ->
                Kind.NAME.takes(type)
                        ? text(value, upper)
                        : "CASE WHEN " + value + " IS NOT NULL THEN to_json(" + value + ")::VARCHAR END";
            case AMOUNT ->
                upper.equals("DOUBLE") || upper.equals("FLOAT")
                        ? "CASE WHEN NOT isnan(" + value + ") THEN " + value + "::DOUBLE END"
                        : value + "::DOUBLE";
        };
    }

    private static String text(String value, String type) {
        return type.equals("BLOB") ? "decode(" + value + ")" : value + "::VARCHAR";
    }
}

package org.usagestreams.validation;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of reports, each read with its own schema: files that have the columns in the same types are read together. Each file is read
 * once beforehand, so a broken one does not stop the others.
 */
final class ReportFiles {
    /** Most ways of reading that stand side by side in the statement; further files are copied into a table. */
    private static final int GROUPS = 100;

    private final Connection duck;

    /** By report and way of reading. */
    private final Map<String, Map<Group, List<String>>> files = new HashMap<>();

    private record Group(String selection, String types) {}

    ReportFiles(Connection duck) throws SQLException {
        this.duck = duck;
        for (final ReportColumns report : ReportColumns.REPORTS) {
            files.put(
                    report.report(),
                    new TreeMap<>(Comparator.comparing(Group::selection).thenComparing(Group::types)));
            execute("CREATE TABLE copied_" + report.report() + " AS " + report.noRows());
        }
    }

    /**
     * Adds a file.
     *
     * @param report its name as a short path segment
     * @throws UnreadableReportException if it is broken, lacks a required column, or has values of a type that a column
     *     cannot have
     */
    void add(String report, Path file) throws UnreadableReportException, SQLException {
        final ReportColumns columns = ReportColumns.of(report);
        final String path = file.toString();
        final Map<String, String> types;
        final ReportColumns.Selection selection;
        try {
            types = types(path);
            selection = columns.selection(types);
            check(path, selection);
        } catch (SQLException e) {
            throw new UnreadableReportException(firstLine(e), e);
        }
        final Map<Group, List<String>> groups = files.get(report);
        final Group group = new Group(selection.sql(), columns.typesOf(types));
        if (groups.size() < GROUPS || groups.containsKey(group)) {
            groups.computeIfAbsent(group, g -> new ArrayList<>()).add(path);
        } else {
            execute("INSERT INTO copied_" + report + " " + ReportColumns.rows(selection.sql(), List.of(path)));
        }
    }

    private Map<String, String> types(String path) throws SQLException {
        final Map<String, String> types = new HashMap<>();
        try (Statement statement = duck.createStatement();
                ResultSet columns = statement.executeQuery(
                        "DESCRIBE SELECT * FROM read_parquet(" + ReportColumns.list(List.of(path)) + ")")) {
            while (columns.next()) {
                types.put(columns.getString(1).toLowerCase(Locale.ROOT), columns.getString(2));
            }
        }
        return types;
    }

    /** Reads all that is needed of a file. */
    private void check(String path, ReportColumns.Selection selection) throws UnreadableReportException, SQLException {
        try (Statement statement = duck.createStatement();
                ResultSet counts = statement.executeQuery("SELECT " + selection.counts() + " FROM read_parquet("
                        + ReportColumns.list(List.of(path)) + ")")) {
            counts.next();
            for (int i = 0; i < selection.wrong().size(); i++) {
                if (counts.getLong(i + 1) > 0) {
                    throw new UnreadableReportException(selection.wrong().get(i) + " and holds values", null);
                }
            }
        }
    }

    /** The rows of all files of a report, as SQL. */
    String rows(String report) {
        final List<String> parts = new ArrayList<>();
        files.get(report).forEach((group, paths) -> parts.add(ReportColumns.rows(group.selection(), paths)));
        parts.add("SELECT * FROM copied_" + report);
        return String.join(" UNION ALL ", parts);
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = duck.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String firstLine(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}

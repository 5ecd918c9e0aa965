package org.usagestreams.validation;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The summary that a bucket's objects lead to, derived by one statement of DuckDB. */
public final class ExpectedSummary implements AutoCloseable {
    private static final Pattern SOURCE = Pattern.compile(
            "(?:^|/)source=([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})/");

    /** What the services refuse: keys that name several sources or organisations, lead elsewhere, or cannot be printed. */
    private static final Pattern REFUSED =
            Pattern.compile("(?s).*(?:(?:^|/)source=.*/source=|(?:^|/)OCP/(?:.*/)?OCP(?:/|$)|(?:^|/)\\.\\.?(?:/|$)"
                    + "|[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]).*");

    private static final Pattern ORGANISATION = Pattern.compile("(?:^|.*/)([^/]+)/OCP/");

    private final Connection duck;
    private final ReportFiles files;

    /**
     * Begins with no objects.
     *
     * @param memory how much memory DuckDB may take, as it writes that, say 1GB; what is more goes to disk
     * @param spill where to
     */
    public ExpectedSummary(String memory, Path spill) throws SQLException {
        this(memory, 0, spill);
    }

    /**
     * The same on a bounded number of threads.
     *
     * @param threads 0 for as many as the machine has processors
     */
    ExpectedSummary(String memory, int threads, Path spill) throws SQLException {
        duck = DriverManager.getConnection("jdbc:duckdb:");
        if (threads > 0) {
            execute("SET threads = " + threads);
        }
        execute("SET TimeZone = 'UTC'");
        execute("SET memory_limit = '" + memory + "'");
        execute("SET temp_directory = '" + spill.toString().replace("'", "''") + "'");
        execute("CREATE TABLE object (file VARCHAR, object_key VARCHAR, uploaded TIMESTAMP, manifest_id VARCHAR,"
                + " report_hours BIGINT, organisation VARCHAR, source_uuid VARCHAR, source VARCHAR, report VARCHAR,"
                + " daily BOOLEAN)");
        execute("CREATE TABLE left_out (organisation VARCHAR, source_uuid VARCHAR, usage_date DATE)");
        execute("CREATE TABLE unread (organisation VARCHAR)");
        execute("CREATE TABLE cluster (organisation VARCHAR, source_uuid VARCHAR, cluster_id VARCHAR,"
                + " cluster_alias VARCHAR)");
        execute("CREATE TABLE report_period (organisation VARCHAR, source_uuid VARCHAR, month VARCHAR,"
                + " report_period_id INT)");
        execute("CREATE TABLE purged (organisation VARCHAR, source_uuid VARCHAR, month VARCHAR)");
        execute("CREATE TABLE removed (organisation VARCHAR, source_uuid VARCHAR)");
        execute("CREATE TABLE enabled_key (organisation VARCHAR, key VARCHAR)");
        execute("CREATE TABLE cost_category (organisation VARCHAR, pattern VARCHAR, cost_category_id INT)");
        execute("CREATE TABLE tag_mapping (organisation VARCHAR, child VARCHAR, parent VARCHAR)");
        files = new ReportFiles(duck);
    }

    /** Columns of the table that are ours, but for the uuid: the statement's columns of the same names. */
    public static List<String> columns() {
        return Comparison.columns();
    }

    /** The source that a key names, in lower case; empty if it is that of no report. */
    public static Optional<String> sourceOf(String key) {
        final var matcher = SOURCE.matcher(key);
        return matcher.find()
                        && reportOf(key).isPresent()
                        && organisationOf(key).indexOf('|') < 0
                        && !REFUSED.matcher(key).matches()
                ? Optional.of(matcher.group(1).toLowerCase(Locale.ROOT))
                : Optional.empty();
    }

    /** What a key begins with, up to the segment that names its source; the whole key where none does. */
    static String prefixOf(String key) {
        final var matcher = SOURCE.matcher(key);
        return matcher.find() ? key.substring(0, matcher.end()) : key;
    }

    /** The organisation that a key names: the segment before the last that is OCP; empty if there is none. */
    static String organisationOf(String key) {
        final var matcher = ORGANISATION.matcher(key);
        return matcher.find() ? matcher.group(1) : "";
    }

    /** Whether a key is that of a daily aggregate. */
    static boolean isDaily(String key) {
        return key.contains("/parquet/daily/") || segmentOf(key).endsWith("_daily");
    }

    private static Optional<String> reportOf(String key) {
        final String segment = segmentOf(key);
        return ReportColumns.REPORTS.stream()
                .map(ReportColumns::report)
                .filter(report -> segment.matches(segmentPattern(report)))
                .findFirst();
    }

    private static String segmentPattern(String report) {
        return "(openshift_" + report + "_line_items|" + report + ")(_daily)?";
    }

    /** The last segment that names a report; empty if there is none. */
    private static String segmentOf(String key) {
        String found = "";
        final String[] segments = key.split("/", -1);
        for (int i = 0; i < segments.length - 1; i++) {
            for (final ReportColumns report : ReportColumns.REPORTS) {
                if (segments[i].matches(segmentPattern(report.report()))) {
                    found = segments[i];
                }
            }
        }
        return found;
    }

    /** Adds reference data. */
    public void add(ReferenceRows reference) throws SQLException {
        insertAll("cluster", reference.clusters());
        insertAll("report_period", reference.reportPeriods());
        insertAll("enabled_key", reference.enabledKeys());
        insertAll("cost_category", reference.costCategories());
        insertAll("tag_mapping", reference.tagMappings());
        insertAll("purged", reference.purged());
        insertAll("removed", reference.removed());
    }

    private void insertAll(String table, List<List<Object>> rows) throws SQLException {
        for (final List<Object> row : rows) {
            insert(table, row);
        }
    }

    /**
     * Adds an object.
     *
     * @return why it cannot be read, so that it counts for nothing; empty if it can
     */
    public Optional<String> add(ReportObject object) throws SQLException {
        final String report = reportOf(object.key()).orElseThrow();
        try {
            files.add(report, object.file());
        } catch (UnreadableReportException e) {
            return Optional.of(e.getMessage());
        }
        final List<Object> row = new ArrayList<>();
        row.add(object.file().toString());
        row.add(object.key());
        row.add(Timestamp.from(object.uploaded()));
        row.add(object.manifestId());
        row.add(object.reportHours());
        final String organisation = organisationOf(object.key());
        final String source = sourceOf(object.key()).orElseThrow();
        row.add(organisation);
        row.add(source);
        row.add(organisation + "|" + source);
        row.add(report);
        row.add(isDaily(object.key()));
        insert("object", row);
        return Optional.empty();
    }

    /** Leaves days of a source of an organisation out of a comparison. */
    void leaveOut(String organisation, String source, Collection<LocalDate> dates) throws SQLException {
        for (final LocalDate date : dates) {
            insert("left_out", List.of(organisation, source, date));
        }
    }

    /** Leaves an organisation out of a comparison. */
    void leaveOut(String organisation) throws SQLException {
        insert("unread", List.of(organisation));
    }

    /** The days of a scope that are left out of a comparison. */
    List<Validation.Day> daysLeftOut(Validation.Scope scope) throws SQLException {
        final List<Validation.Day> days = new ArrayList<>();
        try (Statement statement = duck.createStatement();
                ResultSet rows = statement.executeQuery("SELECT DISTINCT organisation, source_uuid, usage_start"
                        + " FROM (SELECT organisation, source_uuid, usage_date AS usage_start FROM left_out) WHERE "
                        + scope.condition() + " ORDER BY ALL")) {
            while (rows.next()) {
                days.add(new Validation.Day(
                        rows.getString(1), rows.getString(2), rows.getDate(3).toLocalDate()));
            }
        }
        return days;
    }

    /** The sources of the objects. */
    Set<String> sources() throws SQLException {
        return ofObjects("source_uuid");
    }

    /** The organisations of the objects. */
    Set<String> organisations() throws SQLException {
        return ofObjects("organisation");
    }

    private Set<String> ofObjects(String column) throws SQLException {
        final Set<String> found = new HashSet<>();
        try (Statement statement = duck.createStatement();
                ResultSet rows = statement.executeQuery("SELECT DISTINCT " + column + " FROM object")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    /** The statement, whole. */
    public String sql() {
        String sql;
        try (InputStream resource = ExpectedSummary.class.getResourceAsStream("summary.sql")) {
            sql = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        for (final ReportColumns report : ReportColumns.REPORTS) {
            sql = sql.replace("${" + report.report() + "}", files.rows(report.report()));
        }
        return sql;
    }

    /** DuckDB, with a table of the objects. */
    public Connection duck() {
        return duck;
    }

    /** Has DuckDB execute a statement. */
    public void execute(String sql) throws SQLException {
        try (Statement statement = duck.createStatement()) {
            statement.execute(sql);
        }
    }

    private void insert(String table, List<Object> values) throws SQLException {
        try (PreparedStatement insert = duck.prepareStatement("INSERT INTO " + table + " VALUES ("
                + String.join(", ", values.stream().map(value -> "?").toList()) + ")")) {
            for (int i = 0; i < values.size(); i++) {
                insert.setObject(i + 1, values.get(i));
            }
            insert.execute();
        }
    }

    @Override
    public void close() throws SQLException {
        duck.close();
    }
}

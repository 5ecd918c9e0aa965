package org.usagestreams.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.OperatorCsv;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/**
 * Reports as nise generates them, in the Parquet form that cost management makes of them: hourly objects and daily aggregates, times in
 * milliseconds, labels as JSON text, and columns that are empty throughout in whichever type.
 */
class CostManagementFilesTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000aa";
    private static final String DATE = "2025-11-03";
    private static final ReferenceData REFERENCE = new ReferenceData(
            new ReferenceData.Cluster("cluster", "A", Map.of(YearMonth.of(2025, 11), 7)),
            Set.of("app", "tier"),
            List.of(),
            Map.of());

    /** Columns that nise leaves empty. */
    private static final Set<String> EMPTY = Set.of("node_role", "csi_driver", "csi_volume_handle", "resource_id");

    /** What is done with columns that are empty throughout. */
    private enum Empty {
        LEFT_OUT,
        AS_TEXT,
        /** As pandas has a column of NaN. */
        AS_DOUBLE,
        /** As Arrow has a column of type null. */
        AS_INTEGER
    }

    @TempDir
    private Path directory;

    private ExpectedSummary summary;
    private int files;

    @BeforeEach
    void begin() throws SQLException {
        summary = new ExpectedSummary("1GB", directory);
        summary.add(new ReferenceRows(
                List.of(List.of("org1234567", SOURCE, "cluster", "A")),
                List.of(List.of("org1234567", SOURCE, "2025-11", 7)),
                List.of(List.of("org1234567", "app"), List.of("org1234567", "tier")),
                List.of(),
                List.of()));
    }

    @AfterEach
    void end() throws SQLException {
        summary.close();
    }

    private static Map<ReportType, List<Object[]>> rows() {
        final Map<ReportType, List<Object[]>> rows = new EnumMap<>(ReportType.class);
        for (final ReportType type : ReportType.values()) {
            rows.put(type, new ArrayList<>());
        }
        for (int hour = 0; hour < 24; hour++) {
            for (int pod = 0; pod < 4; pod++) {
                final ReportRow row = ReportRow.of(ReportType.POD_USAGE)
                        .start(DATE, hour)
                        .node("node-" + pod % 2)
                        .namespace("namespace-" + pod % 3)
                        .pod("pod-" + pod)
                        .labels(Map.of("app", "app-" + pod % 2, "unknown", "x"));
                int factor = 1;
                for (final ColumnSpec column : ReportType.POD_USAGE.columns()) {
                    if (column.kind() == ColumnSpec.Kind.AMOUNT
                            && !column.name().contains("effective")) {
                        row.set(
                                column.name(),
                                column.name().startsWith("node_") ? 14_400.0 * factor : 100.25 * factor + pod + hour);
                        factor *= 3;
                    }
                }
                rows.get(ReportType.POD_USAGE).add(row.values());
                rows.get(ReportType.STORAGE_USAGE)
                        .add(ReportRow.of(ReportType.STORAGE_USAGE)
                                .start(DATE, hour)
                                .namespace("namespace-" + pod % 3)
                                .pod("pod-" + pod)
                                .set(Columns.CLAIM, "claim-" + pod)
                                .set(Columns.VOLUME, "volume-" + pod)
                                .set(Columns.STORAGE_CLASS, "gp2")
                                .set(Columns.CLAIM_LABELS, Map.of("tier", "db"))
                                .set(Columns.CLAIM_CAPACITY_BYTES, 1e10)
                                .set(Columns.CLAIM_CAPACITY_BYTE_SECONDS, 3.6e13)
                                .set(Columns.VOLUME_REQUEST_BYTE_SECONDS, 1.8e13)
                                .set(Columns.CLAIM_USAGE_BYTE_SECONDS, 1e12 + pod)
                                .values());
            }
            for (int node = 0; node < 2; node++) {
                rows.get(ReportType.NODE_LABELS)
                        .add(ReportRow.of(ReportType.NODE_LABELS)
                                .start(DATE, hour)
                                .node("node-" + node)
                                .set(Columns.NODE_LABELS, Map.of("tier", "front", "node_role_kubernetes_io", "infra"))
                                .values());
            }
            rows.get(ReportType.NAMESPACE_LABELS)
                    .add(ReportRow.of(ReportType.NAMESPACE_LABELS)
                            .start(DATE, hour)
                            .namespace("namespace-1")
                            .set(Columns.NAMESPACE_LABELS, Map.of("app", "of the namespace"))
                            .values());
        }
        return rows;
    }

    /** The file of a report, as daily aggregates or hourly. */
    private Path file(ReportType type, boolean daily, Empty empty) throws Exception {
        final Path csv = Files.write(directory.resolve(files++ + ".csv"), OperatorCsv.write(type, rows().get(type)));
        final List<String> names = OperatorCsv.columns(type).stream()
                .filter(name -> empty != Empty.LEFT_OUT || !EMPTY.contains(name))
                .filter(name -> !daily || !name.equals("interval_end"))
                .toList();
        final String columns = names.stream().map(name -> column(name, empty)).collect(Collectors.joining(", "));
        final String hourly =
                "SELECT " + columns + " FROM read_csv('" + csv + "', header = true, delim = ',', all_varchar = true)";
        final String selected = daily
                ? "SELECT " + names.stream().map(CostManagementFilesTest::ofDay).collect(Collectors.joining(", "))
                        + " FROM (" + hourly + ") GROUP BY ALL"
                : "SELECT * FROM (" + hourly + ")";
        final Path parquet = directory.resolve(files++ + ".parquet");
        summary.execute("COPY (SELECT *, '" + SOURCE + "' AS source, '2025' AS year, '11' AS month FROM (" + selected
                + ")) TO '" + parquet + "' (FORMAT parquet)");
        return parquet;
    }

    /** Seconds are summed; of a day the other columns are what identifies a row. */
    private static String ofDay(String name) {
        if (name.endsWith("seconds")) {
            return "sum(" + name + ") AS " + name;
        }
        return name.equals("interval_start") ? "date_trunc('day', interval_start)::TIMESTAMP_MS AS " + name : name;
    }

    private static String column(String name, Empty empty) {
        if (EMPTY.contains(name)) {
            return switch (empty) {
                case LEFT_OUT, AS_TEXT -> "NULL::VARCHAR AS " + name;
                case AS_DOUBLE -> "NULL::DOUBLE AS " + name;
                case AS_INTEGER -> "NULL::INTEGER AS " + name;
            };
        }
        if (name.startsWith("interval_") || name.startsWith("report_period_")) {
            return "strptime(" + name + ", '%Y-%m-%d %H:%M:%S +0000 UTC')::TIMESTAMP_MS AS " + name;
        }
        if (name.endsWith("_labels")) {
            return "coalesce(to_json(map_from_entries(list_transform(string_split(" + name
                    + ", '|'), lambda pair: (replace(split_part(pair, ':', 1), 'label_', ''), split_part(pair, ':',"
                    + " 2)))))::VARCHAR, '{}') AS " + name;
        }
        return (name.contains("seconds") || name.contains("capacity") ? name + "::DOUBLE" : name) + " AS " + name;
    }

    private Bucket with(Bucket bucket, boolean daily, Empty empty) throws Exception {
        for (final ReportType type : ReportType.values()) {
            final Path file = file(type, daily, empty);
            final String key = "data/parquet/" + (daily ? "daily/" : "") + "org1234567/OCP/" + type.shortSegment()
                    + "/source=" + SOURCE + "/year=2025/month=11/" + file.getFileName();
            bucket.put(
                    ObjectVersion.newBuilder()
                            .setBucket("reports")
                            .setKey(key)
                            .setEtag(key)
                            .setManifestId("1764000000")
                            .setReportHours(24)
                            .build(),
                    Files.readAllBytes(file));
            assertThat(summary.add(new ReportObject(file, key, Instant.EPOCH, "1764000000", 24)))
                    .isEmpty();
        }
        return bucket;
    }

    private Map<String, byte[]> rows(Bucket bucket) {
        return bucket.summarise(day -> REFERENCE);
    }

    private void assertExpected(Map<String, byte[]> rows) throws Exception {
        final Path table = PublishedTable.write(rows, directory.resolve("table.csv"));
        final Comparison.Result result =
                new Comparison(summary, true).compare(table, new Validation.Scope(null, null, null, 10));
        assertThat(result.differences()).isEmpty();
        assertThat(result.differing()).isZero();
        // Each pod and each claim has a row, each node one for what is not allocated.
        assertThat(result.found()).isEqualTo(10);
    }

    @ParameterizedTest
    @EnumSource
    void shouldReadHourlyObjectsWhateverColumnsAreEmpty(Empty empty) throws Exception {
        assertExpected(rows(with(new Bucket(SplitLimits.DEFAULTS), false, empty)));
    }

    @ParameterizedTest
    @EnumSource
    void shouldCountHourlyObjectsOnlyWhereDailyAggregatesStandBesideThem(Empty empty) throws Exception {
        final Map<String, byte[]> hourly = rows(with(new Bucket(SplitLimits.DEFAULTS), false, empty));
        final Map<String, byte[]> both =
                rows(with(with(new Bucket(SplitLimits.DEFAULTS), true, empty), false, Empty.AS_TEXT));
        assertThat(both).containsExactlyInAnyOrderEntriesOf(hourly);
    }

    @Test
    void shouldGiveTheSameRowsFromDailyAggregatesAlone() throws Exception {
        final Map<String, byte[]> daily = rows(with(new Bucket(SplitLimits.DEFAULTS), true, Empty.AS_DOUBLE));
        assertExpected(daily);
        summary.close();
        begin();
        with(new Bucket(SplitLimits.DEFAULTS), false, Empty.AS_DOUBLE);
        assertExpected(daily);
    }
}

package org.usagestreams.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.ParquetBytes;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** Files as other programs write them are each read with their own schema, and a broken one stops no other. */
class ForeignReportsTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ee";
    private static final String LINE = "SELECT TIMESTAMPTZ '2025-11-03 07:00:00+00' AS interval_start, 'n' AS node,"
            + " 'shop' AS namespace, 'web' AS pod, 3600.0::DOUBLE AS pod_usage_cpu_core_seconds";

    private static final Validation.Scope ALL = new Validation.Scope(null, null, null, 10);

    private static final int[] HALVES = {0, 0x0000, 0x8000, 0x7e00, 0x7c00, 0xfc00, 0x0001, 0x7bff};

    @TempDir
    private Path directory;

    private ExpectedSummary summary;

    @BeforeEach
    void begin() throws SQLException {
        summary = new ExpectedSummary("1GB", directory);
        summary.add(new ReferenceRows(
                List.of(), List.of(), List.of(List.of("", "app"), List.of("", "n")), List.of(), List.of()));
    }

    @AfterEach
    void end() throws SQLException {
        summary.close();
    }

    private Path file(String name, String select) throws SQLException {
        final Path file = directory.resolve(name);
        summary.execute("COPY (" + select + ") TO '" + file + "' (FORMAT parquet)");
        return file;
    }

    private Optional<String> add(Path file) throws SQLException {
        return summary.add(new ReportObject(
                file, "data/org/OCP/source=" + SOURCE + "/pod_usage/" + file.getFileName(), Instant.EPOCH, null, -1));
    }

    /** Of each pod row the namespace, labels and CPU hours. */
    private List<String> rows() throws SQLException {
        final List<String> found = new ArrayList<>();
        try (Statement statement = summary.duck().createStatement();
                ResultSet rows = statement.executeQuery("SELECT concat_ws(' ', namespace, pod_labels,"
                        + " pod_usage_cpu_core_hours) FROM (" + summary.sql()
                        + ") WHERE namespace NOT LIKE '% unallocated' ORDER BY 1")) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    @Test
    void shouldReadEachFileWithItsOwnSchema() throws Exception {
        final String line = LINE.replace("'shop'", "'%s'");
        assertThat(add(file("map", String.format(line, "map") + ", MAP {'app': 'a'} AS pod_labels")))
                .isEmpty();
        assertThat(add(file("struct", String.format(line, "struct") + ", {app: 'a', n: 5} AS pod_labels")))
                .isEmpty();
        assertThat(add(file("other", String.format(line, "other") + ", {app: 'b', x: 'c'} AS pod_labels")))
                .isEmpty();
        assertThat(add(file("text", String.format(line, "text") + ", '{\"app\":\"a\"}' AS pod_labels")))
                .isEmpty();
        assertThat(add(file("nanos", String.format(line, "nanos").replace("TIMESTAMPTZ", "TIMESTAMPTZ_NS"))))
                .isEmpty();
        assertThat(add(file("none", String.format(line, "none") + ", NULL::DOUBLE AS pod_labels")))
                .isEmpty();
        assertThat(rows())
                .containsExactly(
                        "map {\"app\":\"a\"} 1.0",
                        "nanos {} 1.0",
                        "none {} 1.0",
                        "other {\"app\":\"b\"} 1.0",
                        "struct {\"app\":\"a\",\"n\":\"5\"} 1.0",
                        "text {\"app\":\"a\"} 1.0");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"n\": 5} | {\"n\":\"5\"}",
                "{\"n\": 1.50, \"app\": \"x:1\"} | {\"app\":\"x:1\",\"n\":\"1.50\"}",
                "{\"n\": 1e3} | {\"n\":\"1e3\"}",
                "{\"n\": 123456789012345678901234567890} | {\"n\":\"123456789012345678901234567890\"}",
                "{\"n\": true, \"app\": null} | {\"n\":\"true\"}",
                "{\"n\": NaN} | {}",
                "{\"n\": 1,} | {}",
                "5 | {}",
                "\"{\\\"app\\\":\\\"a\\\"}\" | {}",
                "[\"app:a\"] | {}"
            })
    void shouldReadScalarsInLabelsAsTheyAreWritten(String text, String labels) throws Exception {
        assertThat(add(file("a", LINE + ", '" + text + "' AS pod_labels"))).isEmpty();
        assertThat(rows()).containsExactly("shop " + labels + " 1.0");
    }

    @Test
    void shouldNameABrokenFileAndReadTheOthers() throws Exception {
        final Path broken = file("broken", LINE + ", repeat('x', 5000) || range AS pod_labels FROM range(10000)");
        final byte[] bytes = Files.readAllBytes(broken);
        Arrays.fill(bytes, 100, bytes.length / 2, (byte) 0x55);
        Files.write(broken, bytes);
        assertThat(add(broken)).isPresent();
        assertThat(add(Files.write(directory.resolve("text"), new byte[100]))).isPresent();
        assertThat(add(file("lacking", "SELECT 1 AS node"))).hasValue("the column interval_start is missing");
        assertThat(add(file("good", LINE))).isEmpty();
        assertThat(rows()).containsExactly("shop {} 1.0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "data/org/OCP/Source=%s/pod_usage/a",
                "data/org/OCP/source=%s/source=00000000-0000-4000-8000-0000000000ff/pod_usage/a",
                "data/org/OCP/other/OCP/source=%s/pod_usage/a",
                "data/org/OCP/OCP/source=%s/pod_usage/a",
                "data/org/OCP/../source=%s/pod_usage/a",
                "data/org/OCP/source=%s/pod_usage/a\nb",
                "data/org/OCP/source=%s/a/pod_usage"
            })
    void shouldCountNoObjectWhoseKeyTheServicesDoNotTake(String key) {
        final String named = String.format(key, SOURCE);
        assertThat(ReportKey.of(named)).isEmpty();
        assertThat(ExpectedSummary.sourceOf(named)).isEmpty();
        assertThat(ExpectedSummary.sourceOf("data/org/OCP/source=" + SOURCE + "/pod_usage/a..b"))
                .hasValue(SOURCE);
    }

    @Test
    void shouldRefuseValuesOfAWrongType() throws Exception {
        assertThat(add(file("labels", LINE + ", 5.0::DOUBLE AS pod_labels")))
                .hasValue("the column pod_labels is DOUBLE and holds values");
        assertThat(add(file("name", LINE.replace("'n'", "7")))).hasValue("the column node is INTEGER and holds values");
        assertThat(add(file("list", LINE + ", ['a'] AS pod_labels")))
                .hasValue("the column pod_labels is VARCHAR[] and holds values");
        assertThat(rows()).isEmpty();
    }

    @Test
    void shouldReadNumbersOfHalfPrecisionAsTheSplitterDoes() throws Exception {
        final List<Map<String, Object>> rows = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            final Map<String, Object> row = new HashMap<>(
                    Map.of("interval_start", 1_762_153_200_000L, "node", "n", "namespace", "shop-" + i, "pod", "web"));
            row.put("extra", new byte[2]);
            if (i > 0) {
                // Numbers of all magnitudes and signs; zeros, NaN and infinite ones among them.
                final int bits = i < 8 ? HALVES[i] : i * 109;
                row.put("pod_usage_cpu_core_seconds", new byte[] {(byte) bits, (byte) (bits >> 8)});
            }
            rows.add(row);
        }
        final byte[] bytes = ParquetBytes.write(
                "message m { required int64 interval_start (TIMESTAMP(MILLIS,true)); required binary node (STRING);"
                        + " required binary namespace (STRING); required binary pod (STRING);"
                        + " optional fixed_len_byte_array(2) extra (FLOAT16);"
                        + " optional fixed_len_byte_array(2) pod_labels (FLOAT16);"
                        + " optional fixed_len_byte_array(2) pod_usage_cpu_core_seconds (FLOAT16); }",
                rows,
                builder -> builder);
        final Path file = Files.write(directory.resolve("half"), bytes);
        assertThat(add(file)).isEmpty();
        final Bucket bucket = new Bucket(SplitLimits.DEFAULTS);
        bucket.put(
                ObjectVersion.newBuilder()
                        .setBucket("reports")
                        .setKey("data/org/OCP/source=" + SOURCE + "/pod_usage/half")
                        .setEtag("etag")
                        .build(),
                bytes);
        final ReferenceData reference =
                new ReferenceData(ReferenceData.Cluster.unknown(SOURCE), Set.of("app", "n"), List.of(), Map.of());
        final Path table = PublishedTable.write(bucket.summarise(day -> reference), directory.resolve("half.csv"));
        final Comparison.Result result = new Comparison(summary, true).compare(table, ALL);
        assertThat(result.differences()).isEmpty();
        assertThat(result.found())
                .as("all but the infinite ones, and what is unallocated")
                .isGreaterThan(590);
    }

    @Test
    void shouldFindEachOfAHundredWrongRows() throws Exception {
        add(file(
                "a", LINE.replace("'shop'", "'shop-' || range") + ", '{\"app\":\"a\"}' AS pod_labels FROM range(119)"));
        final String columns = String.join(", ", ExpectedSummary.columns());
        summary.execute("CREATE TABLE made AS SELECT row_number() OVER (ORDER BY namespace) AS number, " + columns
                + " FROM (" + summary.sql() + ") WHERE namespace LIKE 'shop%'");
        assertThat(compare(columns, 200).differing())
                .as("the row of what is unallocated")
                .isOne();
        summary.execute(
                "UPDATE made SET pod_usage_cpu_core_hours = pod_usage_cpu_core_hours + 1e-6 WHERE number <= 25");
        summary.execute("UPDATE made SET cluster_id = 'x' WHERE number BETWEEN 26 AND 50");
        summary.execute("UPDATE made SET all_labels = '{\"app\":\"b\"}' WHERE number BETWEEN 51 AND 75");
        summary.execute("DELETE FROM made WHERE number BETWEEN 76 AND 100");
        final Comparison.Result result = compare(columns, 200);
        assertThat(result.differing()).isEqualTo(101);
        assertThat(result.differences()).hasSize(101);
        summary.leaveOut("org", SOURCE, List.of(LocalDate.parse("2025-11-03")));
        assertThat(compare(columns, 200).same()).as("a day that is left out").isTrue();
    }

    @Test
    void shouldExpectNoRowsOfAMonthThatWasPurged() throws Exception {
        add(file("a", LINE));
        add(file("b", LINE.replace("2025-11-03", "2025-12-01")));
        final String columns = String.join(", ", ExpectedSummary.columns());
        summary.execute("CREATE TABLE made AS SELECT " + columns + " FROM (" + summary.sql()
                + ") WHERE usage_start >= DATE '2025-12-01'");
        assertThat(compare(columns, 9).differing()).as("November is missing").isEqualTo(2);
        summary.add(new ReferenceRows(
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(List.of("org", SOURCE, "2025-11"), List.of("other", SOURCE, "2025-12")),
                List.of()));
        assertThat(compare(columns, 9).same()).isTrue();
        summary.execute("UPDATE made SET usage_start = DATE '2025-11-03'");
        assertThat(compare(columns, 9).differences())
                .as("what came back is wrong")
                .anySatisfy(
                        line -> assertThat(line).startsWith("a row is not expected: Pod " + SOURCE + " 2025-11-03"));
    }

    @Test
    void shouldLeaveOutADayOfOneOrganisationOnly() throws Exception {
        for (final String organisation : List.of("org", "other")) {
            final Path file = file(organisation, LINE);
            summary.add(new ReportObject(
                    file, "data/" + organisation + "/OCP/source=" + SOURCE + "/pod_usage/a", Instant.EPOCH, null, -1));
        }
        assertThat(compareWithNothing())
                .as("a row and what is unallocated, of each")
                .isEqualTo(4);
        summary.leaveOut("org", SOURCE, List.of(LocalDate.parse("2025-11-03")));
        assertThat(compareWithNothing()).as("those of the other").isEqualTo(2);
        assertThat(summary.daysLeftOut(ALL))
                .containsExactly(new Validation.Day("org", SOURCE, LocalDate.parse("2025-11-03")));
        summary.add(new ReferenceRows(
                List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(List.of("third", SOURCE))));
        assertThat(compareWithNothing()).as("removed from a third").isEqualTo(2);
        summary.leaveOut("other");
        assertThat(compareWithNothing()).isZero();
    }

    /** How many rows differ from tables of organisations that have none. */
    private long compareWithNothing() throws Exception {
        final Path table = directory.resolve("table.csv");
        Files.writeString(table, "organisation," + String.join(",", ExpectedSummary.columns()) + "\n");
        return new Comparison(summary, true).compare(table, ALL).differing();
    }

    private Comparison.Result compare(String columns, int most) throws SQLException {
        final Path table = directory.resolve("table.csv");
        summary.execute("COPY (SELECT " + columns + " FROM made) TO '" + table + "' (FORMAT csv, HEADER true)");
        return new Comparison(summary).compare(table, new Validation.Scope(null, null, null, most));
    }
}

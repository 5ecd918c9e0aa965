package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.testkit.RandomReports.pods;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.CostManagement;
import org.usagestreams.validation.ValidateCommand;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.ledger.UploadState;
import picocli.CommandLine;

/** No command touches rows that cost management wrote into the table, nor its columns of our rows, nor counts them. */
@Tag("containers")
class ForeignRowsIT {
    private static final String ORGANISATION = "org1234567";
    private static final String TABLE = ORGANISATION + "." + CostManagement.TABLE;
    private static final String SOURCE = "00000000-0000-4000-8000-500000000001";

    @TempDir
    private static Path directory;

    private static LocalDate recent;
    private static LocalDate old;
    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        recent = LocalDate.now(ZoneOffset.UTC).minusDays(2);
        old = recent.minusDays(60);
        fixture = new EmbeddedClusterFixture(
                TestParts.options(
                        Map.of("postgres.schema", ORGANISATION, "retention.days", "30"),
                        CostManagement.schema(ORGANISATION, YearMonth.from(old), YearMonth.from(recent))
                                + CostManagement.reportPeriod(ORGANISATION, 1, SOURCE, "c1", YearMonth.from(old))
                                + CostManagement.reportPeriod(ORGANISATION, 2, SOURCE, "c1", YearMonth.from(recent))),
                directory);
        final Path reference = directory.resolve("reference.yaml");
        Files.writeString(
                reference,
                "organisation: " + ORGANISATION + "\nclusters:\n  - {source: " + SOURCE
                        + ", cluster_id: c1, cluster_alias: c1 alias, report_periods: [{month: " + YearMonth.from(old)
                        + ", report_period_id: 1}, {month: " + YearMonth.from(recent) + ", report_period_id: 2}]}\n");
        assertThat(fixture.run("reference", "-f", reference.toString())).isZero();
        put("recent.parquet", pods(recent.toString(), "shop", "mail"));
        put("old.parquet", pods(old.toString(), "shop", "mail"));
        put("broken.parquet", "no Parquet".getBytes(StandardCharsets.UTF_8));
        eventually("refused", () -> fixture.states(key("old.parquet")).equals(List.of(UploadState.FAILED)));
        readmit();
        fixture.drained();
        assertThat(fixture.rows(SOURCE)).isEqualTo(6);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    @BeforeEach
    void insertCosts() throws Exception {
        fixture.cluster.postgres().execute(CostManagement.costRows(ORGANISATION, SOURCE, old, recent));
        assertThat(fixture.query(CostManagement.rows(ORGANISATION))).hasSizeGreaterThan(20);
    }

    private static String key(String name) {
        return "data/" + ORGANISATION + "/OCP/source=" + SOURCE + "/" + ReportType.POD_USAGE.longSegment() + "/" + name;
    }

    private static void put(String name, byte[] bytes) throws Exception {
        fixture.put(key(name), bytes);
    }

    private static void readmit() {
        assertThat(fixture.run("readmit", "--source", SOURCE, "--date", old.toString()))
                .isZero();
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void assertUntouchedBy(Work work) throws Exception {
        final List<List<String>> rows = fixture.query(CostManagement.rows(ORGANISATION));
        final List<List<String>> columns = fixture.query(CostManagement.columns(ORGANISATION));
        work.run();
        fixture.drained();
        assertThat(fixture.query(CostManagement.rows(ORGANISATION))).isEqualTo(rows);
        assertThat(fixture.query(CostManagement.columns(ORGANISATION))).isEqualTo(columns);
        assertSame();
    }

    private static void assertSame() {
        final StringWriter out = new StringWriter();
        final int code = new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out))
                .execute("-c", fixture.settingsFile().toString(), "--work", directory.toString());
        assertThat(out.toString())
                .contains("6 rows expected, 6 rows in the table: all the same")
                // Its cost rows are as they should be; a row of usage on each of the two days is not.
                .contains("warning: 2 rows of cost management's own summary are in the table as well");
        assertThat(code).isZero();
    }

    @Test
    void shouldLeaveThemInAReplay() throws Exception {
        assertUntouchedBy(() -> assertThat(fixture.run("replay", "--days")).isZero());
        final String date = recent.toString();
        assertUntouchedBy(() -> assertThat(fixture.run("replay", "--from-bucket", "--from", date, "--to", date))
                .isZero());
        assertUntouchedBy(
                () -> assertThat(fixture.run("replay", "--from-bucket")).isZero());
        assertThat(fixture.rows(SOURCE))
                .as("those of the day that was taken back included")
                .isEqualTo(fixture.query(CostManagement.rows(ORGANISATION)).size() + 6);
    }

    @Test
    void shouldLeaveThemWhereRowsAreWrittenAgain() throws Exception {
        assertUntouchedBy(
                () -> assertThat(fixture.run("replay", "--days", "--rewrite")).isZero());
    }

    @Test
    void shouldRepairWhatOthersDidToOurRows() throws Exception {
        final List<List<String>> ours = fixture.query("SELECT uuid, pod_usage_cpu_core_hours FROM " + TABLE
                + " WHERE substring(uuid::text, 15, 1) = '5' ORDER BY 1");
        fixture.cluster
                .postgres()
                .execute("UPDATE " + TABLE + " SET pod_usage_cpu_core_hours = 7 WHERE"
                        + " substring(uuid::text, 15, 1) = '5' AND namespace = 'mail'");
        // A row that we wrote, of a day as it was before.
        fixture.cluster
                .postgres()
                .execute("INSERT INTO " + TABLE + " (uuid, source_uuid, usage_start, usage_end)"
                        + " VALUES ('00000000-0000-5000-8000-00000000000a', '" + SOURCE + "', '" + recent + "', '"
                        + recent + "')");
        assertUntouchedByButForStray(
                () -> assertThat(fixture.run("replay", "--days", "--rewrite")).isZero());
        assertThat(fixture.query("SELECT uuid, pod_usage_cpu_core_hours FROM " + TABLE
                        + " WHERE substring(uuid::text, 15, 1) = '5' ORDER BY 1"))
                .isEqualTo(ours);
    }

    @Test
    void shouldNotTakeADayBackOfAMonthThatWasPurged() {
        assertThat(fixture.run(
                        "readmit",
                        "--source",
                        SOURCE,
                        "--date",
                        old.minusMonths(1).toString()))
                .isEqualTo(1);
    }

    private static void assertUntouchedByButForStray(Work work) throws Exception {
        final List<List<String>> rows = fixture.query(CostManagement.rows(ORGANISATION));
        work.run();
        fixture.drained();
        assertThat(fixture.query(CostManagement.rows(ORGANISATION))).isEqualTo(rows);
        assertSame();
    }

    @Test
    void shouldLeaveThemWhereADayIsTakenBack() throws Exception {
        assertUntouchedBy(ForeignRowsIT::readmit);
    }

    @Test
    void shouldLeaveThemInACorrection() throws Exception {
        assertUntouchedBy(() -> put("recent.parquet", pods(recent.toString(), "shop", "mail")));
    }

    @Test
    void shouldLeaveThemInOtherCommands() throws Exception {
        assertUntouchedBy(() -> {
            assertThat(fixture.run("reconcile")).isZero();
            assertThat(fixture.run("deadletters", "retry", "--object", "broken.parquet"))
                    .isZero();
        });
        assertUntouchedBy(() -> assertThat(fixture.run("deadletters", "discard", "--object", "broken.parquet"))
                .isZero());
    }
}

package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.testkit.CostManagement;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.validation.ValidateCommand;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.ledger.UploadState;
import picocli.CommandLine;

/**
 * Two organisations over three months in a table like cost management's: it inserts its rows between loads, corrections come, a
 * report period comes late, a month is purged. Both organisations have one schema, the fixed form of {@code postgres.schema}.
 */
@Tag("containers")
class CostManagementHistoryIT {
    private static final String SCHEMA = "shared";
    private static final String TABLE = SCHEMA + "." + CostManagement.TABLE;
    private static final YearMonth THIRD = YearMonth.of(2026, 11);
    private static final YearMonth SECOND = THIRD.minusMonths(1);
    private static final YearMonth FIRST = THIRD.minusMonths(2);

    private enum Organisation {
        ONE("org1", 100, "00000000-0000-4000-8000-600000000001"),
        TWO("org2", 200, "00000000-0000-4000-8000-600000000002");

        private final String key;
        private final int firstPeriod;
        private final String source;

        Organisation(String key, int firstPeriod, String source) {
            this.key = key;
            this.firstPeriod = firstPeriod;
            this.source = source;
        }

        private String object(LocalDate date, String name) {
            return "data/" + key + "/OCP/source=" + source + "/" + ReportType.POD_USAGE.longSegment() + "/" + date + "-"
                    + name;
        }

        private String period(YearMonth month) {
            return CostManagement.reportPeriod(
                    SCHEMA, firstPeriod + month.getMonthValue(), source, key + "-cluster", month);
        }
    }

    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(
                TestParts.options(
                        Map.of("postgres.schema", SCHEMA), CostManagement.schema(SCHEMA, FIRST, SECOND, THIRD)),
                directory);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private static void execute(String sql) throws Exception {
        fixture.cluster.postgres().execute(sql);
    }

    /** What a service that follows cost management does each minute. */
    private static void follow() {
        for (final Organisation organisation : Organisation.values()) {
            assertThat(fixture.run("reference", "--from-postgres", SCHEMA, "--organisation", organisation.key))
                    .isZero();
        }
        fixture.drained();
    }

    private static void put(Organisation organisation, LocalDate date, String name, double cpu, String... namespaces)
            throws Exception {
        final List<Object[]> rows = new ArrayList<>();
        for (final String namespace : namespaces) {
            for (int hour = 0; hour < 3; hour++) {
                rows.add(ReportRow.pod()
                        .start(date.toString(), hour)
                        .node("node-" + hour % 2)
                        .namespace(namespace)
                        .pod(name)
                        .cpu(cpu * (hour + 1))
                        .labels(Map.of("app", namespace, "tier", "t" + hour))
                        .values());
            }
        }
        fixture.put(
                organisation.object(date, name),
                RandomReports.write(
                        ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.MILLIS, rows));
    }

    /** Cost management's cost models run over all that is loaded. */
    private static List<List<String>> insertCosts() throws Exception {
        for (final Organisation organisation : Organisation.values()) {
            execute(CostManagement.costRows(SCHEMA, organisation.source, FIRST.atDay(1), THIRD.atEndOfMonth()));
        }
        return fixture.query(CostManagement.rows(SCHEMA));
    }

    private static void assertUntouched(List<List<String>> costs) {
        fixture.drained();
        assertThat(fixture.query(CostManagement.rows(SCHEMA))).isEqualTo(costs).isNotEmpty();
    }

    private static void assertRight() {
        final StringWriter out = new StringWriter();
        final int code = new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out))
                .execute("-c", fixture.settingsFile().toString(), "--work", directory.toString());
        assertThat(out.toString()).contains("all the same");
        assertThat(code).isZero();
    }

    private static List<List<String>> periods(Organisation organisation, YearMonth month) {
        return fixture.query("SELECT DISTINCT report_period_id FROM " + TABLE + " WHERE source_uuid = '"
                + organisation.source + "' AND substring(uuid::text, 15, 1) = '5' AND usage_start BETWEEN '"
                + month.atDay(1) + "' AND '" + month.atEndOfMonth() + "'");
    }

    @Test
    void shouldBeRightAfterThreeMonthsOfTwoOrganisations() throws Exception {
        loadFirstMonth();
        loadSecondMonthBeforeOneOfItsPeriods();
        correctBoth();
        loadThirdMonth();
        purgeFirstMonth();
    }

    private void loadFirstMonth() throws Exception {
        execute(Organisation.ONE.period(FIRST) + Organisation.TWO.period(FIRST)
                + "INSERT INTO shared.reporting_enabledtagkeys (key, enabled, provider_type) VALUES"
                + " ('app', true, 'OCP'), ('tier', false, 'OCP')");
        follow();
        for (final Organisation organisation : Organisation.values()) {
            put(organisation, FIRST.atDay(10), "a", 100, "shop", "mail");
            put(organisation, FIRST.atEndOfMonth(), "a", 200, "shop");
        }
        fixture.drained();
        insertCosts();
        assertRight();
    }

    private void loadSecondMonthBeforeOneOfItsPeriods() throws Exception {
        execute(Organisation.ONE.period(SECOND));
        follow();
        for (final Organisation organisation : Organisation.values()) {
            put(organisation, SECOND.atDay(1), "a", 300, "shop", "mail", "openshift-kube-apiserver");
        }
        fixture.drained();
        final List<List<String>> costs = insertCosts();
        assertThat(periods(Organisation.TWO, SECOND).get(0)).containsNull();
        execute(Organisation.TWO.period(SECOND));
        follow();
        assertThat(periods(Organisation.TWO, SECOND).get(0)).doesNotContainNull();
        assertUntouched(costs);
        assertRight();
    }

    private void correctBoth() throws Exception {
        final List<List<String>> costs = insertCosts();
        put(Organisation.ONE, FIRST.atDay(10), "a", 111, "shop", "new");
        put(Organisation.TWO, SECOND.atDay(1), "late", 50, "late");
        fixture.remove(Organisation.TWO.object(FIRST.atEndOfMonth(), "a"));
        assertUntouched(costs);
        assertRight();
        insertCosts();
    }

    private void loadThirdMonth() throws Exception {
        execute(Organisation.ONE.period(THIRD) + Organisation.TWO.period(THIRD)
                + "UPDATE shared.reporting_enabledtagkeys SET enabled = true");
        follow();
        for (final Organisation organisation : Organisation.values()) {
            put(organisation, THIRD.atDay(1), "a", 400, "shop");
        }
        fixture.drained();
        insertCosts();
        assertRight();
    }

    private void purgeFirstMonth() throws Exception {
        execute(CostManagement.purge(SCHEMA, FIRST));
        final List<List<String>> costs = fixture.query(CostManagement.rows(SCHEMA));
        // All that leads to a change of its days.
        follow();
        execute("UPDATE shared.reporting_enabledtagkeys SET enabled = false WHERE key = 'tier'");
        follow();
        put(Organisation.ONE, FIRST.atDay(10), "a", 999, "shop", "again");
        put(Organisation.TWO, FIRST.atDay(11), "b", 999, "shop");
        fixture.remove(Organisation.TWO.object(FIRST.atDay(10), "a"));
        final String refused = Organisation.ONE.object(FIRST.atDay(10), "a");
        eventually("refused", () -> fixture.states(refused).contains(UploadState.FAILED));
        assertThat(fixture.entries(refused))
                .anySatisfy(entry -> assertThat(entry.reason()).contains("cost management has purged " + FIRST));
        fixture.drained();
        assertThat(fixture.run("replay", "--days", "--rewrite")).isZero();
        assertThat(fixture.run(
                        "readmit",
                        "--organisation",
                        Organisation.ONE.key,
                        "--source",
                        Organisation.ONE.source,
                        "--date",
                        FIRST.atDay(10).toString()))
                .isEqualTo(1);
        fixture.drained();
        assertThat(fixture.query("SELECT * FROM " + TABLE + "_default")).isEmpty();
        assertUntouched(costs);
        put(Organisation.ONE, SECOND.atDay(1), "more", 10, "more");
        fixture.drained();
        assertUntouched(costs);
        assertRight();
    }
}

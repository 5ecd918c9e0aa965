package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
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
 * report period comes late, a month is purged. Once with one schema for both organisations, the fixed form of {@code
 * postgres.schema}, and once with a schema for each.
 */
@Tag("containers")
class CostManagementHistoryIT {
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
    }

    /** What {@code postgres.schema} may say. */
    private enum Schemas {
        SHARED("shared"),
        OF_ORGANISATION("${organisation}");

        private final String setting;

        Schemas(String setting) {
            this.setting = setting;
        }

        private String of(Organisation organisation) {
            return setting.replace("${organisation}", organisation.key);
        }

        private Set<String> all() {
            return Arrays.stream(Organisation.values()).map(this::of).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @TempDir
    private static Path directory;

    private Schemas schemas;
    private EmbeddedClusterFixture fixture;

    private void execute(String sql) throws Exception {
        fixture.cluster.postgres().execute(sql);
    }

    /** Executes statements in each schema, whose name they have as SCHEMA. */
    private void executeInAll(String sql) throws Exception {
        for (final String schema : schemas.all()) {
            execute(sql.replace("SCHEMA", schema));
        }
    }

    private List<List<String>> queryAll(Function<String, String> sqlOfSchema) {
        return schemas.all().stream()
                .flatMap(schema -> fixture.query(sqlOfSchema.apply(schema)).stream())
                .toList();
    }

    private String period(Organisation organisation, YearMonth month) {
        return CostManagement.reportPeriod(
                schemas.of(organisation),
                organisation.firstPeriod + month.getMonthValue(),
                organisation.source,
                organisation.key + "-cluster",
                month);
    }

    /** What a service that follows cost management does each minute. */
    private void follow() {
        for (final Organisation organisation : Organisation.values()) {
            assertThat(fixture.run(
                            "reference",
                            "--from-postgres",
                            schemas.of(organisation),
                            "--organisation",
                            organisation.key))
                    .isZero();
        }
        fixture.drained();
    }

    private void put(Organisation organisation, LocalDate date, String name, double cpu, String... namespaces)
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
    private List<List<String>> insertCosts() throws Exception {
        for (final Organisation organisation : Organisation.values()) {
            execute(CostManagement.costRows(
                    schemas.of(organisation), organisation.source, FIRST.atDay(1), THIRD.atEndOfMonth()));
        }
        return queryAll(CostManagement::rows);
    }

    private void assertUntouched(List<List<String>> costs) {
        fixture.drained();
        assertThat(queryAll(CostManagement::rows)).isEqualTo(costs).isNotEmpty();
    }

    private void assertRight() {
        final StringWriter out = new StringWriter();
        final int code = new CommandLine(new ValidateCommand())
                .setOut(new PrintWriter(out))
                .execute("-c", fixture.settingsFile().toString(), "--work", directory.toString());
        assertThat(out.toString()).contains("all the same");
        assertThat(code).isZero();
    }

    private List<List<String>> periods(Organisation organisation, YearMonth month) {
        return fixture.query("SELECT DISTINCT report_period_id FROM " + schemas.of(organisation) + "."
                + CostManagement.TABLE + " WHERE source_uuid = '"
                + organisation.source + "' AND substring(uuid::text, 15, 1) = '5' AND usage_start BETWEEN '"
                + month.atDay(1) + "' AND '" + month.atEndOfMonth() + "'");
    }

    @ParameterizedTest
    @EnumSource(Schemas.class)
    void shouldBeRightAfterThreeMonthsOfTwoOrganisations(Schemas form) throws Exception {
        schemas = form;
        final StringBuilder tables = new StringBuilder();
        schemas.all().forEach(schema -> tables.append(CostManagement.schema(schema, FIRST, SECOND, THIRD)));
        try (EmbeddedClusterFixture started = new EmbeddedClusterFixture(
                TestParts.options(Map.of("postgres.schema", form.setting), tables.toString()), directory)) {
            fixture = started;
            loadFirstMonth();
            loadSecondMonthBeforeOneOfItsPeriods();
            correctBoth();
            loadThirdMonth();
            purgeFirstMonth();
        }
    }

    private void loadFirstMonth() throws Exception {
        execute(period(Organisation.ONE, FIRST) + period(Organisation.TWO, FIRST));
        executeInAll("INSERT INTO SCHEMA.reporting_enabledtagkeys (key, enabled, provider_type) VALUES"
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
        execute(period(Organisation.ONE, SECOND));
        follow();
        for (final Organisation organisation : Organisation.values()) {
            put(organisation, SECOND.atDay(1), "a", 300, "shop", "mail", "openshift-kube-apiserver");
        }
        fixture.drained();
        final List<List<String>> costs = insertCosts();
        assertThat(periods(Organisation.TWO, SECOND).get(0)).containsNull();
        execute(period(Organisation.TWO, SECOND));
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
        execute(period(Organisation.ONE, THIRD) + period(Organisation.TWO, THIRD));
        executeInAll("UPDATE SCHEMA.reporting_enabledtagkeys SET enabled = true");
        follow();
        for (final Organisation organisation : Organisation.values()) {
            put(organisation, THIRD.atDay(1), "a", 400, "shop");
        }
        fixture.drained();
        insertCosts();
        assertRight();
    }

    private void purgeFirstMonth() throws Exception {
        for (final String schema : schemas.all()) {
            execute(CostManagement.purge(schema, FIRST));
        }
        final List<List<String>> costs = queryAll(CostManagement::rows);
        // All that leads to a change of its days.
        follow();
        executeInAll("UPDATE SCHEMA.reporting_enabledtagkeys SET enabled = false WHERE key = 'tier'");
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
        assertThat(queryAll(schema -> "SELECT * FROM " + schema + "." + CostManagement.TABLE + "_default"))
                .isEmpty();
        assertUntouched(costs);
        put(Organisation.ONE, SECOND.atDay(1), "more", 10, "more");
        fixture.drained();
        assertUntouched(costs);
        assertRight();
    }
}

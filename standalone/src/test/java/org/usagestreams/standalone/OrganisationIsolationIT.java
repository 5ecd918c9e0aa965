package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.testkit.RandomReports.pods;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.cli.Main;
import org.usagestreams.testkit.ChildJvm;
import org.usagestreams.testkit.CostManagement;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.ledger.UploadState;

/** What PostgreSQL refuses of one organisation holds up no other, is told, and is loaded once the cause is mended. */
@Tag("containers")
class OrganisationIsolationIT {
    private static final YearMonth MONTH = YearMonth.of(2026, 11);
    private static final String GOOD = "good";
    private static final String BAD = "bad";
    private static final int WRONG_PERIOD = 999;

    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(
                TestParts.options(Map.of("postgres.schema", "${organisation}"), CostManagement.schema(GOOD, MONTH)),
                directory);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private static String source(String organisation) {
        // Each its own: once one organisation has registered a source, objects of others that name it are refused.
        return "00000000-0000-4000-8000-80000000000"
                + List.of(GOOD, BAD, "late", "closed").indexOf(organisation);
    }

    private static String put(String organisation, int day) throws Exception {
        final String key = "data/" + organisation + "/OCP/source=" + source(organisation) + "/"
                + ReportType.POD_USAGE.longSegment() + "/" + day + ".parquet";
        fixture.put(key, pods(MONTH.atDay(day).toString(), "shop", "mail"));
        return key;
    }

    private static void awaitLoaded(String key) {
        eventually(key + " is loaded", () -> fixture.states(key).equals(List.of(UploadState.LOADED)));
    }

    private static long rows(String organisation, int day) {
        return Long.parseLong(fixture.query("SELECT count(*) FROM " + organisation + "." + CostManagement.TABLE
                        + " WHERE usage_start = '" + MONTH.atDay(day) + "'")
                .get(0)
                .get(0));
    }

    /** The day is told by a dead letter and by the status; it alone. */
    private static void awaitRefused(int day, String reason) {
        eventually(
                "the day is refused",
                () -> fixture.said("status", "--days").out().contains(reason));
        assertThat(fixture.said("status", "--days", "--json")
                        .out()
                        .lines()
                        .filter(line -> !line.contains("\"load_error\":null")))
                .singleElement()
                .asString()
                .contains(MONTH.atDay(day).toString(), BAD, source(BAD), reason);
        // Dead letters of other organisations, of other tests, may be settled meanwhile.
        eventually("a dead letter tells", () -> loadLetters(BAD + "|" + source(BAD) + "|" + MONTH.atDay(day)) == 1);
        assertThat(loadLetters(GOOD + "|")).isZero();
    }

    /** How many dead letters of step LOAD are of days that contain this text. */
    private static long loadLetters(String day) {
        return fixture.said("deadletters", "list", "--json")
                .out()
                .lines()
                .filter(line -> line.contains("\"step\":\"LOAD\"") && line.contains(day))
                .count();
    }

    private static void awaitMended(String key) {
        awaitLoaded(key);
        // Other days that were refused may be tried again a moment later.
        eventually(
                "no day is refused",
                () -> !fixture.said("status", "--days").out().contains("PostgreSQL refuses"));
        eventually("the dead letter is gone", () -> loadLetters(BAD + "|") == 0);
    }

    @Test
    void shouldLoadTheOthersWhereASchemaIsMissingOrAForeignKeyFails() throws Exception {
        // A schema that is not there.
        final String early = put(BAD, 1);
        awaitRefused(1, "does not exist");
        awaitLoaded(put(GOOD, 1));
        assertThat(rows(GOOD, 1)).isEqualTo(3);
        assertThat(fixture.states(early)).containsExactly(UploadState.COUNTED);
        assertThat(fixture.run("replay", "--days", "--rewrite", "--organisation", GOOD))
                .isZero();
        fixture.cluster.postgres().execute(CostManagement.schema(BAD, MONTH));
        awaitMended(early);
        assertThat(rows(BAD, 1)).isEqualTo(3);

        // A report period that its schema does not have.
        period(WRONG_PERIOD);
        awaitRefused(1, "foreign key");
        final String late = put(BAD, 2);
        awaitLoaded(put(GOOD, 2));
        assertThat(rows(GOOD, 2)).isEqualTo(3);
        assertThat(rows(BAD, 1)).as("the revision of before stays").isEqualTo(3);
        fixture.cluster.postgres().execute(CostManagement.reportPeriod(BAD, WRONG_PERIOD, source(BAD), "c2", MONTH));
        awaitMended(late);
        assertThat(rows(BAD, 2)).isEqualTo(3);
        assertThat(fixture.query("SELECT DISTINCT report_period_id FROM " + BAD + "." + CostManagement.TABLE))
                .containsExactly(List.of(Integer.toString(WRONG_PERIOD)));
    }

    @Test
    void shouldValidateTheOthersWhereATableCannotBeRead() throws Exception {
        final String closed = "closed";
        fixture.cluster.postgres().execute(CostManagement.schema(closed, MONTH));
        awaitLoaded(put(closed, 3));
        awaitLoaded(put(GOOD, 3));
        final String table = closed + "." + CostManagement.TABLE;
        fixture.cluster.postgres().execute("ALTER TABLE " + table + " RENAME COLUMN node TO node_");
        try {
            assertThat(validate("--organisation", GOOD).out()).contains("all the same");
            final EmbeddedClusterFixture.Said unclear = validate();
            assertThat(unclear.out())
                    .contains(
                            "nothing is compared of organisation closed: ERROR: column",
                            "what was compared is the same");
            assertThat(unclear.code()).isEqualTo(5);
            fixture.cluster
                    .postgres()
                    .execute("DELETE FROM " + GOOD + "." + CostManagement.TABLE
                            + " WHERE namespace = 'mail' AND usage_start" + " = '" + MONTH.atDay(3) + "'");
            final EmbeddedClusterFixture.Said differs = validate();
            assertThat(differs.out())
                    .contains("of organisation closed", "a row is missing: " + GOOD, "1 differ")
                    .doesNotContain(closed + " Pod");
            assertThat(differs.code()).isEqualTo(1);
        } finally {
            fixture.cluster.postgres().execute("ALTER TABLE " + table + " RENAME COLUMN node_ TO node");
            assertThat(fixture.run("replay", "--days", "--rewrite", "--organisation", GOOD))
                    .isZero();
        }
    }

    /** Of the day that this test has alone. */
    private static EmbeddedClusterFixture.Said validate(String... more) {
        final List<String> words =
                new ArrayList<>(List.of("validate", "--from", MONTH.atDay(3).toString()));
        words.addAll(List.of("--to", MONTH.atDay(3).toString()));
        words.addAll(List.of(more));
        return fixture.said(words.toArray(String[]::new));
    }

    @Test
    void shouldSayWhatRemainsWhenAWaitIsInterrupted() throws Exception {
        final String late = "late";
        final String key = put(late, 4);
        eventually("it is published", () -> fixture.states(key).equals(List.of(UploadState.COUNTED)));
        final List<String> command = ChildJvm.command("-Dusage.log.level=error");
        command.addAll(List.of(
                Main.class.getName(), "wait", key, "-c", fixture.settingsFile().toString()));
        final Process wait = new ProcessBuilder(command).start();
        try (BufferedReader err =
                new BufferedReader(new InputStreamReader(wait.getErrorStream(), StandardCharsets.UTF_8))) {
            assertThat(err.lines().filter("load: 1"::equals).findFirst()).isPresent();
            // Process.destroy would close the streams.
            wait.toHandle().destroy();
            assertThat(err.lines().toList()).anySatisfy(line -> assertThat(line)
                    .startsWith("Interrupted: 1 of 1 objects are not loaded yet.")
                    .contains("usage-streams wait"));
        } finally {
            wait.destroyForcibly();
        }
        fixture.cluster.postgres().execute(CostManagement.schema(late, MONTH));
        awaitLoaded(key);
    }

    private static void period(int id) throws Exception {
        final Path file = directory.resolve("reference.yaml");
        Files.writeString(
                file,
                "organisation: " + BAD + "\nclusters:\n  - {source: " + source(BAD)
                        + ", cluster_id: c2, report_periods: [{month: " + MONTH + ", report_period_id: " + id
                        + "}]}\n");
        assertThat(fixture.run("reference", "-f", file.toString())).isZero();
    }
}

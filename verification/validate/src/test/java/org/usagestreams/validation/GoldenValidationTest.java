package org.usagestreams.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.usagestreams.testkit.GoldenCase;
import org.usagestreams.testkit.ProjectFiles;
import org.usagestreams.wire.message.ObjectVersion;

/** The statement that validates says of every golden case what the case expects, and sees what is wrong in a table. */
class GoldenValidationTest {
    private static final Path GOLDEN = ProjectFiles.of("verification/golden");

    @TempDir
    private Path directory;

    static Stream<Path> cases() throws IOException {
        try (Stream<Path> all = Files.list(GOLDEN)) {
            return all.filter(Files::isDirectory).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldExpectTheRowsOfTheCase(Path path) throws Exception {
        final Comparison.Result result = compare(GoldenCase.load(path), path.resolve("expected.csv"));
        assertEquals(List.of(), result.differences());
        assertEquals(0, result.differing());
        assertEquals(result.expected(), result.found());
        assertFalse(result.expected() == 0);
    }

    @Test
    void shouldTellEachRowThatIsWrong() throws Exception {
        final GoldenCase golden = GoldenCase.load(GOLDEN.resolve("04-storage"));
        final List<String> lines =
                new ArrayList<>(Files.readAllLines(golden.directory().resolve("expected.csv")));
        final String gone = lines.remove(3);
        lines.set(1, lines.get(1).replace(",711.5218026091667,", ",711.52181,"));
        lines.set(2, lines.get(2).replace("Platform unallocated", "Worker unallocated"));
        final Path table = Files.write(directory.resolve("table.csv"), lines);
        final Comparison.Result result = compare(golden, table);
        assertEquals(4, result.differing(), result.differences()::toString);
        assertEquals(
                List.of("differs", "is missing", "is missing", "is not expected"),
                result.differences().stream()
                        .map(line -> line.substring("a row ".length(), line.indexOf(':')))
                        .sorted()
                        .toList());
        assertEquals(
                1,
                result.differences().stream()
                        .filter(line -> line.contains("pod_usage_cpu_core_hours is 711.52181, expected 711.52180260"))
                        .count(),
                gone);
    }

    @Test
    void shouldKeepOrganisationsApart() throws Exception {
        final GoldenCase golden = GoldenCase.load(GOLDEN.resolve("15-tag-mapping"));
        try (ExpectedSummary summary = new ExpectedSummary("1GB", directory)) {
            summary.add(reference("org1234567", golden.json()));
            add(summary, golden, "org1234567");
            add(summary, golden, "other");
            final List<String> organisations = new ArrayList<>();
            try (Statement statement = summary.duck().createStatement();
                    ResultSet rows =
                            statement.executeQuery("SELECT organisation, cluster_id, bool_or(contains(all_labels,"
                                    + " '\"application\"')), count(DISTINCT report_period_id) FROM (" + summary.sql()
                                    + ") GROUP BY ALL ORDER BY ALL")) {
                while (rows.next()) {
                    organisations.add(rows.getString(1) + " " + rows.getString(2) + " " + rows.getString(3) + " "
                            + rows.getString(4));
                }
            }
            assertEquals(
                    List.of("org1234567 cluster-15 true 1", "other 00000000-0000-4000-8000-000000000015 false 0"),
                    organisations);
        }
    }

    private Comparison.Result compare(GoldenCase golden, Path table) throws SQLException, IOException {
        try (ExpectedSummary summary = new ExpectedSummary("1GB", directory)) {
            summary.add(reference("", golden.json()));
            add(summary, golden, "org1234567");
            return new Comparison(summary).compare(table, new Validation.Scope(null, null, null, 20));
        }
    }

    /** Adds the objects that the case leaves in the bucket, as those of an organisation. */
    private void add(ExpectedSummary summary, GoldenCase golden, String organisation) throws SQLException, IOException {
        int number = 0;
        for (final GoldenCase.Step step : golden.live().values()) {
            final Path file = directory.resolve(organisation + number++ + ".parquet");
            Files.write(file, step.bytes());
            final ObjectVersion version = step.version();
            final String key = version.getKey().replace("/org1234567/", "/" + organisation + "/");
            if (ExpectedSummary.sourceOf(key).isPresent()) {
                summary.add(new ReportObject(
                        file,
                        key,
                        Instant.ofEpochMilli(version.getUploadedMillis()),
                        version.hasManifestId() ? version.getManifestId() : null,
                        version.getReportHours()));
            }
        }
    }

    private static ReferenceRows reference(String organisation, JsonNode json) {
        final List<List<Object>> clusters = new ArrayList<>();
        final List<List<Object>> periods = new ArrayList<>();
        for (final JsonNode cluster : json.get("clusters")) {
            final JsonNode alias = cluster.get("cluster_alias");
            final String source = cluster.get("source").asText();
            clusters.add(Arrays.asList(
                    organisation, source, cluster.get("cluster_id").asText(), alias.isNull() ? null : alias.asText()));
            cluster.get("report_periods")
                    .forEach(period -> periods.add(List.of(
                            organisation,
                            source,
                            period.get("month").asText(),
                            period.get("report_period_id").asInt())));
        }
        final List<List<Object>> keys = new ArrayList<>();
        json.get("enabled_keys").forEach(key -> keys.add(List.of(organisation, key.asText())));
        final List<List<Object>> categories = new ArrayList<>();
        json.get("cost_categories")
                .forEach(category -> categories.add(List.of(
                        organisation,
                        category.get("pattern").asText(),
                        category.get("cost_category_id").asInt())));
        final List<List<Object>> mappings = new ArrayList<>();
        json.get("tag_mappings")
                .forEach(mapping -> mappings.add(List.of(
                        organisation,
                        mapping.get("child").asText(),
                        mapping.get("parent").asText())));
        return new ReferenceRows(clusters, periods, keys, categories, mappings);
    }
}

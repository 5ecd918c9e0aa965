package org.usagestreams.validation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    private Comparison.Result compare(GoldenCase golden, Path table) throws SQLException, IOException {
        try (ExpectedSummary summary = new ExpectedSummary("1GB", directory)) {
            summary.add(reference(golden.json()));
            int number = 0;
            for (final GoldenCase.Step step : golden.live().values()) {
                final Path file = directory.resolve(number++ + ".parquet");
                Files.write(file, step.bytes());
                final ObjectVersion version = step.version();
                if (ExpectedSummary.sourceOf(version.getKey()).isPresent()) {
                    summary.add(new ReportObject(
                            file,
                            version.getKey(),
                            Instant.ofEpochMilli(version.getUploadedMillis()),
                            version.hasManifestId() ? version.getManifestId() : null,
                            version.getReportHours()));
                }
            }
            return new Comparison(summary).compare(table, null, null, null, 20);
        }
    }

    private static ReferenceRows reference(JsonNode json) {
        final List<List<Object>> clusters = new ArrayList<>();
        for (final JsonNode cluster : json.get("clusters")) {
            final JsonNode alias = cluster.get("cluster_alias");
            final JsonNode period = cluster.get("report_period_id");
            clusters.add(Arrays.asList(
                    cluster.get("source").asText(),
                    cluster.get("cluster_id").asText(),
                    alias.isNull() ? null : alias.asText(),
                    period.isNull() ? null : period.asInt()));
        }
        final List<String> keys = new ArrayList<>();
        json.get("enabled_keys").forEach(key -> keys.add(key.asText()));
        final List<Map.Entry<String, Integer>> categories = new ArrayList<>();
        json.get("cost_categories")
                .forEach(category -> categories.add(Map.entry(
                        category.get("pattern").asText(),
                        category.get("cost_category_id").asInt())));
        return new ReferenceRows(clusters, keys, categories);
    }
}

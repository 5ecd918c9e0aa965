package org.usagestreams.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.operations.reference.ReferenceFile;
import org.usagestreams.operations.reference.ReferenceSet;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.notification.ReportKey;

/** What a person types, as far as it takes no running system. */
class CommandTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ff";

    @TempDir
    private Path directory;

    private static int run(String... arguments) {
        return CommandRunner.run(new Main(), arguments);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "splitter",
                "processor",
                "topics",
                "reference",
                "generate",
                "upload",
                "settings",
                "status",
                "wait",
                "reconcile",
                "deadletters",
                "readmit"
            })
    void shouldHelp(String command) {
        assertEquals(0, run(command, "--help"));
    }

    @Test
    void shouldTellWrongUsageFromFailure() {
        assertEquals(2, run("no-such-command"));
        assertEquals(2, run("generate"));
        assertEquals(2, run("generate", directory.toString(), "--pods", "0"));
        assertEquals(2, run("upload", "x", "--source", "no-uuid"));
        assertEquals(2, run("splitter", "-s", "splitter.threads=none"));
        assertEquals(1, run("upload", directory.resolve("missing.parquet").toString(), "--source", SOURCE));
        assertEquals(1, run("reference", "-f", directory.resolve("missing.yaml").toString()));
    }

    @Test
    void shouldGenerateTheSameFilesForTheSameOptions() throws IOException {
        for (final String name : List.of("a", "b")) {
            assertEquals(
                    0,
                    run(
                            "generate",
                            directory.resolve(name).toString(),
                            "--pods",
                            "5",
                            "--days",
                            "2",
                            "--clusters",
                            "2"));
        }
        try (Stream<Path> files = Files.walk(directory.resolve("a"))) {
            final List<Path> generated = files.filter(Files::isRegularFile).toList();
            assertEquals(2 * 2 * 4 + 1, generated.size());
            for (final Path file : generated) {
                final Path other =
                        directory.resolve("b").resolve(directory.resolve("a").relativize(file));
                assertEquals(-1, Files.mismatch(file, other), file.toString());
            }
        }
        assertEquals(
                2,
                ReferenceFile.read(directory.resolve("a/reference.yaml"))
                        .get(0)
                        .clusters()
                        .orElseThrow()
                        .size());
    }

    @Test
    void shouldKnowWhereFilesBelong() throws IOException {
        run("generate", directory.resolve("g").toString(), "--pods", "2", "--days", "1");
        final ReportUpload upload = new ReportUpload(null, "bucket", "org9");
        final List<ReportUpload.Planned> asInABucket =
                upload.plan(List.of(directory.resolve("g")), null, null, LocalDate.EPOCH);
        assertEquals(4, asInABucket.size());
        asInABucket.forEach(
                planned -> assertTrue(planned.key().startsWith("data/org1234567/OCP/source="), planned.key()));

        // By their columns, under another source.
        for (final ReportUpload.Planned planned : asInABucket) {
            final ReportType type = ReportKey.of(planned.key()).orElseThrow().type();
            final Path copy = directory.resolve(type + ".parquet");
            Files.copy(planned.file(), copy);
            assertEquals(
                    "data/org9/OCP/source=" + SOURCE + "/year=2025/month=11/day=07/" + type.longSegment() + "/" + type
                            + ".parquet",
                    upload.plan(List.of(copy), SOURCE, null, LocalDate.of(2025, 11, 7))
                            .get(0)
                            .key());
        }
        Files.writeString(directory.resolve("x.parquet"), "no parquet");
        final IllegalArgumentException e = assertThrows(
                IllegalArgumentException.class,
                () -> upload.plan(List.of(directory.resolve("x.parquet")), SOURCE, null, LocalDate.EPOCH));
        assertTrue(e.getMessage().contains("name its --type"), e.getMessage());
    }

    @Test
    void shouldListAllThatIsWrongWithReferenceData() throws IOException {
        final Path file = directory.resolve("reference.yaml");
        Files.writeString(
                file, "clusters: [{source: x}]\ncost_categories: [{pattern: a}, {pattern: b, cost_category_id: 1}]");
        final IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ReferenceFile.read(file));
        assertTrue(e.getMessage().contains("a cluster needs"), e.getMessage());
        assertTrue(e.getMessage().contains("a cost category needs"), e.getMessage());
        Files.writeString(
                file,
                "organisations: [{organisation: a, tag_mappings: [{child: x}]}, {organisation: a, clusters:"
                        + " [{source: s, cluster_id: c, report_periods: [{month: 2025-13, report_period_id: 1}]}]}]");
        final IllegalArgumentException other =
                assertThrows(IllegalArgumentException.class, () -> ReferenceFile.read(file));
        assertTrue(other.getMessage().contains("a tag mapping needs child and parent"), other.getMessage());
        assertTrue(other.getMessage().contains("a report period needs a month"), other.getMessage());
        assertTrue(other.getMessage().contains("an organisation has one entry"), other.getMessage());
    }

    @Test
    void shouldReadReferenceDataOfOrganisations() throws IOException {
        final Path file = directory.resolve("reference.yaml");
        Files.writeString(file, """
                - enabled_keys: [app]
                - organisation: org1
                  clusters:
                    - source: A
                      cluster_id: c
                      report_periods: [{month: 2025-11, report_period_id: 1}]
                  tag_mappings: [{child: app, parent: application}]
                """);
        final List<ReferenceSet> sets = ReferenceFile.read(file);
        assertEquals("", sets.get(0).organisation());
        assertEquals(Optional.of(Set.of("app")), sets.get(0).enabledKeys());
        assertEquals(Optional.empty(), sets.get(0).clusters());
        assertEquals("org1", sets.get(1).organisation());
        assertEquals(
                Map.of("a", new ReferenceData.Cluster("c", null, Map.of(YearMonth.of(2025, 11), 1))),
                sets.get(1).clusters().orElseThrow());
        assertEquals(Optional.of(Map.of("app", "application")), sets.get(1).tagMappings());
        assertEquals(Optional.empty(), sets.get(1).costCategories());
    }
}

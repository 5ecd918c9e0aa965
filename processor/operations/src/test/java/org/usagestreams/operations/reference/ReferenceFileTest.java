package org.usagestreams.operations.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.rules.ReferenceData;

class ReferenceFileTest {
    @TempDir
    private Path directory;

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
        assertTrue(other.getMessage().contains("an organisation must have only one entry"), other.getMessage());
    }

    @Test
    void shouldRefuseAFileOfOtherText() throws IOException {
        final Path file = Files.writeString(directory.resolve("text.yaml"), "namespace,pod\npayments,api-1\n");
        final IllegalArgumentException e = assertThrows(IllegalArgumentException.class, () -> ReferenceFile.read(file));
        assertTrue(e.getMessage().startsWith("Cannot load " + file + ": it has no organisation"), e.getMessage());
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

package org.usagestreams.summarizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.usagestreams.summarizer.PodSource.file;
import static org.usagestreams.summarizer.PodSource.pod;

import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.testkit.PublishedRow;
import org.usagestreams.wire.message.ObjectVersion;

/** Which days are summarised anew where reference data changes, and with which. */
class ReferenceChangesTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000cc";
    private static final String DAY = "org|" + SOURCE + "|2025-11-03";

    private final TopologyHarness harness = harness();
    private final PodSource source = new PodSource(harness, SOURCE, Instant.EPOCH);

    TopologyHarness harness() {
        return new TopologyHarness();
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void shouldSummariseAnewWhenReferenceDataChanges() {
        source.put(source.version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        harness.settle();
        harness.reference.enabledKey("tier", true);
        harness.reference.category(new ReferenceData.CostCategory("sh%", 7), true);
        harness.reference.cluster(SOURCE, new ReferenceData.Cluster("c1", "One", Map.of(YearMonth.of(2025, 11), 3)));
        harness.settle();
        final Map<String, String> row = harness.table.values().stream()
                .map(PublishedRow::columns)
                .filter(columns -> columns.get("namespace").equals("shop"))
                .findFirst()
                .orElseThrow();
        assertEquals("{\"tier\":\"front\"}", row.get("pod_labels"));
        assertEquals("7", row.get("cost_category_id"));
        assertEquals("c1", row.get("cluster_id"));
        assertEquals("3", row.get("report_period_id"));
        final int published = harness.published;
        harness.reference.enabledKey("tier", true);
        assertEquals(0, harness.dirtyDays.days(), "the same again touches nothing");
        assertEquals(published, harness.published);
    }

    private static ReferenceData.Cluster cluster(String alias, Map<YearMonth, Integer> periods) {
        return new ReferenceData.Cluster("c1", alias, periods);
    }

    @Test
    void shouldSummariseOnlyTheDaysOfTheMonthsWhosePeriodChanges() {
        source.put(
                source.version("a", 1),
                file(pod("2025-11-03", 1, "shop", "web", 3600), pod("2025-11-04", 1, "shop", "web", 1)));
        source.put(source.version("b", 1), file(pod("2025-12-01", 1, "shop", "web", 3600)));
        harness.reference.cluster(SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3)));
        harness.settle();
        final int published = harness.published;

        harness.reference.cluster(SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3, YearMonth.of(2026, 1), 5)));
        assertEquals(0, harness.dirtyDays.days(), "a period of a month without days");
        harness.reference.cluster(SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3, YearMonth.of(2025, 12), 4)));
        assertEquals(1, harness.dirtyDays.days(), "December's period concerns no day of November");
        harness.settle();
        assertEquals(published + 2, harness.published, "the two rows of the day in December");
        assertEquals(List.of("3", "3", "3", "3", "4", "4"), harness.columns("report_period_id"));

        harness.reference.cluster(SOURCE, cluster("New", Map.of(YearMonth.of(2025, 11), 3, YearMonth.of(2025, 12), 4)));
        assertEquals(3, harness.dirtyDays.days(), "the alias stands in every row");
    }

    @Test
    void shouldFillInAReportPeriodThatComesLateAndTakeBackOneThatGoes() {
        harness.reference.cluster("org", SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3)));
        source.put(source.version("a", 1), file(pod("2025-11-30", 23, "shop", "web", 3600)));
        source.put(
                source.version("b", 1),
                file(pod("2025-12-01", 0, "shop", "web", 3600), pod("2025-12-31", 23, "shop", "web", 1)));
        harness.settle();
        assertEquals(List.of("", "", "", "", "3", "3"), harness.columns("report_period_id"));
        final int published = harness.published;

        harness.reference.cluster(
                "org", SOURCE, cluster("One", Map.of(YearMonth.of(2025, 11), 3, YearMonth.of(2025, 12), 4)));
        assertEquals(2, harness.dirtyDays.days(), "the days of December");
        harness.settle();
        assertEquals(List.of("3", "3", "4", "4", "4", "4"), harness.columns("report_period_id"));
        assertEquals(published + 4, harness.published, "the rows of December's days");

        harness.reference.cluster("org", SOURCE, cluster("One", Map.of(YearMonth.of(2025, 12), 4)));
        assertEquals(1, harness.dirtyDays.days(), "the day of November");
        harness.settle();
        assertEquals(List.of("", "", "4", "4", "4", "4"), harness.columns("report_period_id"));
        assertEquals(published + 6, harness.published, "the rows of November's day");
    }

    @Test
    void shouldKeepOrganisationsApart() {
        final ObjectVersion other = source.version("a", 1).toBuilder()
                .setKey(source.version("a", 1).getKey().replace("data/org/", "data/other/"))
                .build();
        source.put(source.version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        source.put(other, file(pod("2025-11-03", 1, "shop", "web", 7200)));
        harness.reference.enabledKey("org", "app", true);
        harness.reference.enabledKey("other", "tier", true);
        harness.reference.tagMapping("other", "tier", "level");
        harness.reference.cluster("other", SOURCE, cluster("Other", Map.of()));
        harness.reference.cluster(SOURCE, cluster("Every", Map.of()));
        harness.settle();
        assertEquals(
                Set.of(DAY, DAY.replace("org|", "other|")),
                harness.stores.days().keySet());
        assertEquals(
                List.of("Every {\"app\":\"web\"} 1", "Other {\"level\":\"front\"} 2"),
                harness.table.values().stream()
                        .map(PublishedRow::columns)
                        .filter(row -> row.get("namespace").equals("shop"))
                        .map(row -> row.get("cluster_alias") + " " + row.get("pod_labels") + " "
                                + row.get("pod_usage_cpu_core_hours"))
                        .sorted()
                        .toList(),
                "each with its own reference data");
        assertEquals(4, harness.table.size(), "rows of the same identity in two organisations have keys of their own");
        harness.reference.enabledKey("other", "more", true);
        assertEquals(1, harness.dirtyDays.days(), "the other organisation's day only");
        harness.gone(other.toBuilder().setEventTimeMillis(9000).build());
        harness.settle();
        assertEquals(
                List.of("Worker unallocated", "shop"), harness.columns("namespace"), "its rows go, the others stay");
    }
}

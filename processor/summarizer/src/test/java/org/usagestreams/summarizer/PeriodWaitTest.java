package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.testkit.RandomReports;

/** Rows of a month that has no report period yet wait for it, and not for ever. */
class PeriodWaitTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000dd";
    private static final long MINUTE = 60_000;

    private final TopologyHarness harness =
            new TopologyHarness(TopologySettings.DEFAULTS.withPeriodWait(Duration.ofMinutes(2)));
    private final PodSource source = new PodSource(harness, SOURCE, Instant.parse("2025-11-24T00:00:00Z"));

    @AfterEach
    void close() {
        harness.close();
    }

    private void put(int second, String date, String namespace) {
        source.put(source.version(date, second), RandomReports.pods(date, namespace));
    }

    private void periods(Map<YearMonth, Integer> periods) {
        harness.reference.cluster("org", SOURCE, new Cluster("c1", "alias", periods));
    }

    private void assertPeriods(String id) {
        assertThat(harness.table.values()).hasSize(2).allSatisfy(row -> assertThat(
                        new String(row, StandardCharsets.UTF_8))
                .contains("\"report_period_id\":" + id));
    }

    @Test
    void shouldWaitForThePeriod() {
        periods(Map.of(YearMonth.of(2025, 10), 10));
        put(1, "2025-11-20", "shop");
        for (int second = 0; second < 100; second++) {
            harness.advance(1_000);
        }
        assertThat(harness.table).isEmpty();
        periods(Map.of(YearMonth.of(2025, 11), 11));
        harness.settle();
        assertPeriods("11");
        assertThat(harness.published).as("each row is written once").isEqualTo(2);
    }

    @Test
    void shouldWaitNoLongerAndCorrectTheRowsWhenItComes() {
        put(1, "2025-11-20", "shop");
        for (int second = 0; second < 119; second++) {
            harness.advance(1_000);
        }
        assertThat(harness.table).isEmpty();
        harness.advance(2_000);
        assertPeriods("null");
        put(2, "2025-11-20", "mail");
        harness.advance(10_000);
        harness.advance(1_000);
        assertThat(harness.published)
                .as("rows that went do not wait a second time")
                .isGreaterThan(2);
        periods(Map.of(YearMonth.of(2025, 11), 11));
        harness.settle();
        assertPeriods("11");
    }

    @Test
    void shouldNotWaitWhereThePeriodIsThere() {
        periods(Map.of(YearMonth.of(2025, 11), 11));
        put(1, "2025-11-20", "shop");
        harness.settle();
        assertPeriods("11");
        periods(Map.of());
        harness.settle();
        assertPeriods("null");
    }

    @Test
    void shouldNotWaitByDefault() {
        try (TopologyHarness other = new TopologyHarness()) {
            assertThat(TopologySettings.DEFAULTS.periodWait()).isZero();
            new PodSource(other, SOURCE, Instant.ofEpochMilli(other.nowMillis() - MINUTE))
                    .load("a", 0, "2025-11-20", "shop");
            assertThat(other.table).hasSize(2);
        }
    }
}

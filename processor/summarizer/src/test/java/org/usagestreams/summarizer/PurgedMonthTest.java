package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.reference.ClusterRetention;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.Readmission;
import org.usagestreams.wire.message.Resummarise;

/** Rows of months that cost management has purged, or keeps no more, are not written again. The clock begins on 2025-11-24. */
class PurgedMonthTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000dd";
    private static final YearMonth SEPTEMBER = YearMonth.of(2025, 9);
    private static final Map<YearMonth, Integer> PERIODS =
            Map.of(SEPTEMBER, 9, SEPTEMBER.plusMonths(1), 10, SEPTEMBER.plusMonths(2), 11);
    private static final Instant START = Instant.parse("2025-11-24T00:00:00Z");
    private static final long DAY = Duration.ofDays(1).toMillis();

    private TopologyHarness harness = new TopologyHarness();
    private PodSource source = new PodSource(harness, SOURCE, START);
    private Map<String, byte[]> before;

    @AfterEach
    void close() {
        harness.close();
    }

    @BeforeEach
    void loadThreeMonths() {
        cluster(PERIODS, ClusterRetention.UNKNOWN);
        source.load("a", 1, "2025-09-30", "shop", "mail");
        source.load("b", 1, "2025-10-01", "shop");
        source.load("c", 1, "2025-11-20", "shop");
        before = new TreeMap<>(harness.table);
        assertThat(before).hasSize(7);
    }

    private void cluster(Map<YearMonth, Integer> periods, ClusterRetention retention) {
        harness.reference.cluster("org", SOURCE, new Cluster("c1", "alias", periods), retention);
    }

    /** September's partition was dropped, and its report period with it. */
    private void purgeSeptember() {
        final Map<YearMonth, Integer> left = new TreeMap<>(PERIODS);
        left.remove(SEPTEMBER);
        cluster(left, new ClusterRetention(null, left.keySet(), Set.of(SEPTEMBER)));
        harness.settle();
    }

    private void assertNothingWritten(int published) {
        assertThat(harness.published).isEqualTo(published);
        assertThat(harness.table.keySet()).isEqualTo(before.keySet());
    }

    @Test
    void shouldNotWriteRowsWithoutTheReportPeriodThatWentWithThem() {
        final int published = harness.published;
        purgeSeptember();
        assertNothingWritten(published);
        assertThat(harness.stores.days()).hasSize(2);
        assertThat(harness.deadLetters).isEmpty();
    }

    @Test
    void shouldNotWriteRowsOfAPurgedMonthByAnyLaterChange() {
        purgeSeptember();
        final int published = harness.published;
        harness.reference.enabledKey("org", "app", true);
        harness.settle();
        harness.order(
                "org|" + SOURCE + "|2025-09-30",
                DayCommand.newBuilder()
                        .setResummarise(Resummarise.newBuilder().setRewrite(true))
                        .build());
        harness.settle();
        harness.gone(source.version("a", 2));
        harness.settle();
        assertNothingWritten(published);

        source.load("d", 1, "2025-09-30", "shop");
        assertNothingWritten(published);
        assertThat(harness.deadLetters)
                .singleElement()
                .asString()
                .contains("\"step\":\"RETENTION\"", "cost management has purged 2025-09");
        source.load("e", 1, "2025-10-01", "new");
        assertThat(harness.table.keySet()).as("the others go on").hasSizeGreaterThan(before.size());
    }

    @Test
    void shouldNotTakeAPurgedDayBack() {
        purgeSeptember();
        final int published = harness.published;
        harness.order(
                "org|" + SOURCE + "|2025-09-30",
                DayCommand.newBuilder()
                        .setReadmission(Readmission.newBuilder().setUntilMillis(harness.nowMillis() + DAY))
                        .build());
        source.load("a", 2, "2025-09-30", "shop");
        assertNothingWritten(published);
        assertThat(harness.deadLetters).hasSize(1);
    }

    @Test
    void shouldTakeAMonthAgainThatHasAPartitionAgain() {
        purgeSeptember();
        cluster(PERIODS, new ClusterRetention(null, PERIODS.keySet(), Set.of()));
        source.load("a", 2, "2025-09-30", "again");
        assertThat(harness.deadLetters).isEmpty();
        assertThat(harness.table.keySet()).hasSizeGreaterThan(before.size());
    }

    @Test
    void shouldKeepTheMonthsThatTheOrganisationKeeps() {
        cluster(PERIODS, new ClusterRetention(3, Set.of(), Set.of()));
        source.load("a", 2, "2025-09-30", "changed");
        assertThat(harness.deadLetters)
                .as("three months, the current one included")
                .isEmpty();
        before = new TreeMap<>(harness.table);

        harness.advance(7 * DAY);
        final int published = harness.published;
        harness.reference.enabledKey("org", "app", true);
        source.load("a", 3, "2025-09-30", "late");
        assertNothingWritten(published);
        assertThat(harness.deadLetters)
                .singleElement()
                .asString()
                .contains("cost management keeps 3 months", "data_retention_months");
        assertThat(harness.stores.days()).as("the state of September has gone").hasSize(2);
        source.load("b", 2, "2025-10-01", "changed");
        assertThat(harness.deadLetters).hasSize(1);
    }

    @Test
    void shouldTakeADayBackThatTheOrganisationKeepsNoMore() {
        cluster(PERIODS, new ClusterRetention(3, Set.of(), Set.of()));
        harness.advance(7 * DAY);
        harness.order(
                "org|" + SOURCE + "|2025-09-30",
                DayCommand.newBuilder()
                        .setReadmission(Readmission.newBuilder().setUntilMillis(harness.nowMillis() + DAY))
                        .build());
        source.load("a", 2, "2025-09-30", "again");
        assertThat(harness.deadLetters).isEmpty();
        assertThat(harness.table.keySet()).hasSizeGreaterThan(before.size());
    }

    @Test
    void shouldKeepTheMonthsThatTheSettingSays() {
        harness.close();
        harness = new TopologyHarness(TopologySettings.DEFAULTS.withRetentionMonths(2));
        source = new PodSource(harness, SOURCE, START);
        cluster(PERIODS, new ClusterRetention(12, Set.of(), Set.of()));
        source.load("b", 1, "2025-10-01", "shop");
        source.load("a", 1, "2025-09-30", "shop");
        assertThat(harness.table).hasSize(2);
        assertThat(harness.deadLetters)
                .singleElement()
                .asString()
                .contains("keeps 2 months", "setting retention.months");
    }

    @Test
    void shouldRefuseWhatCameForADayThatWasPurgedBeforeItWasSummarised() {
        final int published = harness.published;
        source.put(source.version("d", 1), RandomReports.pods("2025-09-29", "shop"));
        purgeSeptember();
        assertNothingWritten(published);
        assertThat(harness.deadLetters).singleElement().asString().contains("\"step\":\"RETENTION\"");
        assertThat(harness.stores.chunkKeys())
                .as("those of the two other months")
                .hasSize(4);
        assertThat(harness.ledger.values()).anyMatch(entry -> entry.contains("\"state\":\"FAILED\""));
    }
}

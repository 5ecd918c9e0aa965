package org.usagestreams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** A day that takes more than it may is refused with its figures, before its first row. */
class DayLimitsTest {
    private static final int PODS = 1_000;

    private final List<SummaryRow> rows = new ArrayList<>();

    private static TestDay ofNamespaces() {
        return new TestDay()
                .object(
                        ReportType.POD_USAGE,
                        IntStream.range(0, PODS)
                                .mapToObj(i -> TestDay.pod("node", "namespace-" + i, "pod"))
                                .toArray(TestDay.Row[]::new));
    }

    private static TestDay ofLabels() {
        return new TestDay()
                .enable("app")
                .object(
                        ReportType.POD_USAGE,
                        IntStream.range(0, PODS)
                                .mapToObj(
                                        i -> TestDay.pod("node", "shop", "pod").set(Columns.POD_LABELS, "app=" + i))
                                .toArray(TestDay.Row[]::new));
    }

    private static TestDay ofNodeLabels() {
        return new TestDay()
                .object(
                        ReportType.NODE_LABELS,
                        IntStream.range(0, PODS)
                                .mapToObj(i -> TestDay.nodeLabels("node-" + i, "app=" + "x".repeat(1_000) + i))
                                .toArray(TestDay.Row[]::new));
    }

    private void refuses(TestDay day, DayLimits limits, String... words) {
        assertThatThrownBy(() -> day.summarise(limits, rows::add))
                .isInstanceOf(DayOverBudgetException.class)
                .hasMessageContainingAll(words);
        assertThat(rows).isEmpty();
    }

    @Test
    void shouldRefuseADayOfTooManyGroups() {
        refuses(
                ofNamespaces(),
                new DayLimits(PODS * 256, PODS * 10),
                " groups, ",
                " more than 256000 bytes of memory (setting summary.day.bytes)");
    }

    @Test
    void shouldRefuseADayOfTooManyLabelSets() {
        refuses(ofLabels(), new DayLimits(PODS * 256, PODS * 10), " label sets ", "summary.day.bytes");
    }

    @Test
    void shouldRefuseADayOfTooManyLabelTexts() {
        refuses(ofNodeLabels(), new DayLimits(PODS * 1_000, PODS * 10), " label texts ", "summary.day.bytes");
    }

    @Test
    void shouldRefuseADayOfTooManyRows() {
        refuses(
                ofNamespaces(),
                new DayLimits(1 << 30, PODS),
                "it would have 1002 rows, over the limit of 1000 (setting summary.day.rows)");
    }

    @Test
    void shouldSummariseADayWithinItsLimits() {
        ofNamespaces().summarise(new DayLimits(PODS * 1_000, PODS + 2), rows::add);
        assertThat(rows).hasSize(PODS + 1);
    }
}

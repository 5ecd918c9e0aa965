package org.usagestreams.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.usagestreams.rules.TestDay.nodeLabels;
import static org.usagestreams.rules.TestDay.pod;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.ReportType;

/** Which labels a node has on a day. */
class LatestLabelsTest {
    private static TestDay day() {
        return new TestDay().enable("app").object(ReportType.POD_USAGE, pod("n", "shop", "a"));
    }

    private static Labels labels(TestDay day) {
        return day.only(SummaryRow.Kind.POD).podLabels();
    }

    @Test
    void shouldTakeTheLatestStartWhateverObjectHasIt() {
        assertThat(labels(day().object(ReportType.NODE_LABELS, nodeLabels("n", "app=newer object"))
                        .object(
                                ReportType.NODE_LABELS,
                                nodeLabels("n", "app=later hour").hour(1))))
                .isEqualTo(Labels.of(Map.of("app", "later hour")));
    }

    @Test
    void shouldTakeTheLaterRowOfAnObjectAtTheSameStart() {
        assertThat(labels(day().object(
                                ReportType.NODE_LABELS, nodeLabels("n", "app=first"), nodeLabels("n", "app=second"))))
                .isEqualTo(Labels.of(Map.of("app", "second")));
    }

    @Test
    void shouldNotTakeAnEarlierHourThatComesLaterInTheObject() {
        assertThat(labels(day().object(
                                ReportType.NODE_LABELS,
                                nodeLabels("n", "app=late").hour(1),
                                nodeLabels("n", "app=early"))))
                .isEqualTo(Labels.of(Map.of("app", "late")));
    }

    @Test
    void shouldHaveNoLabelsWhereTheLatestRowHasNone() {
        assertThat(labels(day().object(
                                ReportType.NODE_LABELS,
                                nodeLabels("n", "app=first"),
                                nodeLabels("n", null).hour(1))))
                .isEqualTo(Labels.NONE);
    }
}

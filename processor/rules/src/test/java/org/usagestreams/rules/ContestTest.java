package org.usagestreams.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.message.SliceEnd;

/** Which of several objects' rows count. */
class ContestTest {
    private static final DayBudget BUDGET = new DayBudget(DayLimits.DEFAULTS);

    private static final Column.Time HOUR = new Column.Time(new long[] {3_600_000_000L}, new int[] {0});

    @Test
    void shouldCompareAllLineItemsWhereASliceDoesNotListItsIntervals() {
        final SliceEnd unknown = SliceEnd.getDefaultInstance();
        final SliceEnd other =
                SliceEnd.newBuilder().addIntervalStarts(7_200_000_000L).build();
        final LineItems items = new LineItems(List.of(unknown, other), 3, BUDGET);
        items.nextObject();
        assertThat(items.enterChunk(HOUR))
                .as("the other one may have the hour too")
                .isTrue();
        assertThat(items.counts(0, 1, 2, 3, 0)).isTrue();
        items.nextObject();
        assertThat(items.enterChunk(HOUR)).isTrue();
        assertThat(items.counts(0, 1, 2, 3, 0)).as("the newer object has it").isFalse();
        assertThat(items.counts(0, 1, 2, 4, 0)).isTrue();
    }

    @Test
    void shouldCompareNothingWhereOneSliceIsAloneThoughItDoesNotListItsIntervals() {
        final LineItems items = new LineItems(List.of(SliceEnd.getDefaultInstance()), 3, BUDGET);
        items.nextObject();
        assertThat(items.enterChunk(HOUR)).isFalse();
    }

    @Test
    void shouldTakeTheNewestObjectsLabelsWhereTwoHaveTheSameStart() {
        final SliceEnd newest = SliceEnd.newBuilder().setRows(1).build();
        final SliceEnd older = SliceEnd.newBuilder().setRows(2).build();
        final LatestLabels labels = new LatestLabels(Columns.NODE, Columns.NODE_LABELS, BUDGET);
        final ChunkSteps steps = labels.reading(
                List.of(newest, older),
                end -> List.of(labels(end.equals(newest) ? "{\"app\":\"new\"}" : "{\"app\":\"old\"}")));
        while (steps.hasNext()) {
            steps.next();
        }
        assertThat(labels.textOf("node")).isEqualTo("{\"app\":\"new\"}");
    }

    private static Chunk labels(String text) {
        return new Chunk(
                1,
                Map.of(
                        Columns.INTERVAL_START,
                        HOUR,
                        Columns.NODE,
                        new Column.Text(new String[] {"node"}, new int[] {1}),
                        Columns.NODE_LABELS,
                        new Column.Text(new String[] {text}, new int[] {1})));
    }
}

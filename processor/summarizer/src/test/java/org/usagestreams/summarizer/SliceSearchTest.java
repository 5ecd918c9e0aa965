package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.SliceEnd;

/** Slices that fit are found in few attempts; each takes as many rows as its number says. */
class SliceSearchTest {
    private static final long MOST = 100;

    private int attempts;

    private List<Long> search(long... rows) {
        final List<SliceEnd> slices = new ArrayList<>();
        for (final long of : rows) {
            slices.add(SliceEnd.newBuilder().setRows(of).build());
        }
        final SliceSearch search = new SliceSearch(slices);
        while (search.found() == null) {
            attempts++;
            search.answer(sum(search.trial()) <= MOST);
        }
        assertThat(sum(search.found())).isLessThanOrEqualTo(MOST);
        return search.found().stream().map(SliceEnd::getRows).toList();
    }

    private static long sum(List<SliceEnd> slices) {
        return slices.stream().mapToLong(SliceEnd::getRows).sum();
    }

    @Test
    void shouldLeaveOutTheOneThatDoesNotFit() {
        assertThat(search(1, 2, 500, 3, 4)).containsExactly(1L, 2L, 3L, 4L);
    }

    @Test
    void shouldLeaveOutTwoThatDoNotFit() {
        assertThat(search(500, 1, 2, 500, 3)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldLeaveOutAllThatAreNewerWhereMoreThanTwoDoNotFit() {
        assertThat(search(1, 500, 2, 500, 3, 500, 4)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldFindNothingWhereTheOnlyOneDoesNotFit() {
        assertThat(search(500)).isEmpty();
    }

    @Test
    void shouldTakeFewAttemptsForManySlices() {
        final long[] rows = new long[20_000];
        Arrays.fill(rows, 1);
        assertThat(search(rows)).hasSize(100);
        assertThat(attempts).isLessThan(50);
    }
}

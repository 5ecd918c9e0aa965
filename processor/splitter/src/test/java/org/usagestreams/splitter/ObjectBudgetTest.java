package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Texts of a single batch can take long: whoever sets the pace is asked while they are decoded. */
class ObjectBudgetTest {
    private static final int MEGABYTE = 1 << 20;

    private int asked;

    @Test
    void shouldEndTheWorkWithinABatch() {
        final IOException late = new SlowObjectException("late");
        final ObjectBudget budget = new ObjectBudget(SplitLimits.DEFAULTS, MEGABYTE, () -> {
            if (++asked == 3) {
                throw late;
            }
        });
        for (int i = 0; i < 5; i++) {
            budget.decode(MEGABYTE / 2);
        }
        assertThat(asked).isEqualTo(2);
        assertThatThrownBy(() -> budget.decode(MEGABYTE))
                .isInstanceOf(ObjectBudget.EndedException.class)
                .hasCause(late)
                .satisfies(ended -> assertThatThrownBy(() -> ReadFailures.throwOfThePace(new RuntimeException(ended)))
                        .isSameAs(late));
    }
}

package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransactionBudgetTest {
    private final SteppingTime time = new SteppingTime();
    private final List<TransactionBudget.Transaction> committed = new ArrayList<>();
    private final TransactionBudget budget = new TransactionBudget(time, Duration.ofSeconds(1), committed::add);
    private int commits;
    private final TransactionBudget.Share first = budget.join(() -> commits++);
    private final TransactionBudget.Share second = budget.join(() -> commits++);

    /** Works for a time; true where it was allowed to. */
    private boolean work(TransactionBudget.Share share, Duration each, int most) {
        if (!share.begin()) {
            return false;
        }
        final boolean taken = share.take(most);
        if (taken) {
            time.advance(each);
        }
        share.end();
        return taken;
    }

    @Test
    void shouldAddUpWhatAllUsersSpend() {
        assertThat(work(first, Duration.ofMillis(600), 100)).isTrue();
        assertThat(work(second, Duration.ofMillis(600), 100)).isTrue();
        assertThat(commits).isEqualTo(1);
        assertThat(work(first, Duration.ofMillis(600), 100))
                .as("not before the commit")
                .isFalse();
        assertThat(work(second, Duration.ofMillis(600), 100))
                .as("a round later, others first")
                .isFalse();
        assertThat(committed).hasSize(1);
        assertThat(work(first, Duration.ofMillis(600), 100)).isTrue();
        assertThat(work(second, Duration.ofMillis(600), 100)).isTrue();
    }

    @Test
    void shouldNotWaitForAUserThatLeft() {
        work(first, Duration.ofSeconds(2), 100);
        assertThat(work(second, Duration.ofSeconds(2), 100)).isFalse();
        second.leave();
        assertThat(work(first, Duration.ofSeconds(2), 100)).isTrue();
    }

    @Test
    void shouldHoldNoMoreUnitsThanTheSmallestLimitInATransaction() {
        assertThat(work(first, Duration.ZERO, 100)).isTrue();
        assertThat(work(second, Duration.ZERO, 1)).as("it has to be alone").isFalse();
        assertThat(commits).isEqualTo(1);
        assertThat(work(first, Duration.ZERO, 100)).isFalse();
        assertThat(work(second, Duration.ZERO, 1)).isTrue();
        assertThat(work(first, Duration.ZERO, 100)).as("the other is alone").isFalse();
    }

    @Test
    void shouldForgetATransactionThatNobodyIsLeftToCommit() {
        work(first, Duration.ofSeconds(2), 100);
        first.leave();
        second.leave();
        final TransactionBudget.Share third = budget.join(() -> commits++);
        assertThat(work(third, Duration.ZERO, 1)).isTrue();
        assertThat(committed).isEmpty();
    }

    @Test
    void shouldRefuseABudgetThatATransactionCannotHold() {
        assertThatThrownBy(() -> DayPacing.DEFAULTS.with(Duration.ofSeconds(3), Duration.ofSeconds(10)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("summary.budget.ms=3000")
                .hasMessageContaining("summary.transaction.timeout.ms=10000");
    }
}

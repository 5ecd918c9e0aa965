package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When the turns of a day are that is summarised in several. */
class DaySchedulerTurnsTest extends DaySchedulerFixture {
    @Test
    void shouldServeOthersBetweenTheTurnsOfADay() {
        mark(0, 0);
        work.turns.put(day(0), 2);
        assertThat(tick(1_000)).containsExactly(day(0));
        mark(1, 1_000);
        assertThat(tick(2_000)).containsExactly(day(0), day(1));
        assertThat(tick(2_020)).containsExactly(day(0));
        assertThat(scheduler.isEmpty()).isTrue();
        assertThat(dirtyDays.days()).isZero();
    }

    @Test
    void shouldHaveOneUnfinishedDayAtATimeInAllTasksOfAThread() {
        final DayScheduler first = scheduler;
        mark(0, 0);
        work.turns.put(day(0), 3);
        assertThat(tick(1_000)).containsExactly(day(0));
        scheduler = scheduler(budget);
        mark(1, 0);
        work.turns.put(day(1), 1);
        assertThat(tick(1_000)).containsExactly(day(1));
        assertThat(work.forgotten).containsExactly(day(1));
        work.turns.put(day(1), 1);
        assertThat(tick(2_000)).as("it waits").isEmpty();
        final DayScheduler second = scheduler;
        scheduler = first;
        for (int i = 1; i <= 3; i++) {
            assertThat(tick(2_000 + 100 * i)).containsExactly(day(0));
        }
        scheduler = second;
        assertThat(tick(3_000)).containsExactly(day(1));
        assertThat(tick(3_020)).containsExactly(day(1));
        assertThat(work.store).isEmpty();
        assertThat(work.forgotten).hasSize(1);
    }

    @Test
    void shouldSummariseADayAgainThatChangedBetweenItsTurns() {
        mark(0, 0);
        work.turns.put(day(0), 1);
        assertThat(tick(1_000)).containsExactly(day(0));
        mark(0, 1_010);
        assertThat(tick(1_020)).as("it is finished first").containsExactly(day(0));
        assertThat(work.store.get(day(0)).getFirstMillis()).isEqualTo(1_010);
        assertThat(tick(1_040)).as("not quiet yet").isEmpty();
        assertThat(tick(1_200)).containsExactly(day(0));
        assertThat(work.store).isEmpty();
        assertThat(dirtyDays.days()).isZero();
    }

    @Test
    void shouldLetAnotherDayBeUnfinishedOnceTheTaskOfOneHasLeft() {
        mark(0, 0);
        work.turns.put(day(0), 9);
        assertThat(tick(1_000)).containsExactly(day(0));
        final DayScheduler left = scheduler;
        scheduler = scheduler(budget);
        left.close();
        mark(1, 0);
        work.turns.put(day(1), 1);
        assertThat(tick(1_000)).containsExactly(day(1));
        assertThat(work.forgotten).isEmpty();
        assertThat(tick(1_020)).containsExactly(day(1));
        assertThat(scheduler.isEmpty()).isTrue();
    }
}

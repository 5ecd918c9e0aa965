package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.DirtyDay;

/** When which day is summarised. */
class DaySchedulerTest extends DaySchedulerFixture {
    @Test
    void shouldStopWhereTheBudgetIsUsedUpAndRequestACommit() {
        for (int i = 0; i < 10; i++) {
            mark(i, i);
        }
        assertThat(tick(1_000)).containsExactly(day(0), day(1), day(2));
        assertThat(commits).isEqualTo(1);
        assertThat(tick(1_020)).containsExactly(day(3), day(4), day(5));
        assertThat(commits).isEqualTo(2);
        assertThat(tick(1_040)).containsExactly(day(6), day(7), day(8));
        assertThat(tick(1_060)).containsExactly(day(9));
        assertThat(scheduler.isEmpty()).isTrue();
        assertThat(dirtyDays.days()).isZero();
    }

    @Test
    void shouldHoldADayForNoLongerThanItHasToWait() {
        work.hold = 60_000;
        mark(0, 1_000);
        assertThat(tick(10_000)).isEmpty();
        assertThat(tick(60_999)).isEmpty();
        assertThat(tick(61_000)).containsExactly(day(0));
        assertThat(scheduler.isEmpty()).isTrue();
    }

    @Test
    void shouldNotHoldADayOnceWhatItWaitedForIsThere() {
        work.hold = 60_000;
        mark(0, 1_000);
        assertThat(tick(10_000)).isEmpty();
        work.hold = 0;
        mark(0, 20_000);
        assertThat(tick(25_000)).containsExactly(day(0));
    }

    @Test
    void shouldSummariseADayThatTakesLongerThanTheBudget() {
        mark(0, 0);
        mark(1, 1);
        work.takes.put(day(0), Duration.ofSeconds(50));
        assertThat(tick(1_000)).containsExactly(day(0));
        assertThat(tick(1_020)).containsExactly(day(1));
    }

    @Test
    void shouldNotLetDaysThatChangeAllTheTimeStarveOthers() {
        for (int i = 0; i < 20; i++) {
            mark(i, i);
        }
        final List<DayKey> done = new ArrayList<>();
        long now = 2_000;
        for (int i = 0; i < 10; i++) {
            final List<DayKey> now3 = tick(now);
            done.addAll(now3);
            // Hot days: what was just summarised changes again.
            now += 2_100;
            for (final DayKey day : now3) {
                work.store.put(day, scheduler.mark(day, now - 2_000));
            }
        }
        assertThat(done.subList(0, 20))
                .as("each day once before any comes again")
                .doesNotHaveDuplicates()
                .contains(day(19));
    }

    @Test
    void shouldBeginWithTheDayThatIsDirtyForTheLongestAfterARestart() {
        scheduler.restore(day(1), DirtyDay.newBuilder().setFirstMillis(500).build(), 10_000);
        scheduler.restore(day(2), DirtyDay.newBuilder().setFirstMillis(100).build(), 10_000);
        scheduler.restore(day(0), DirtyDay.newBuilder().setFirstMillis(900).build(), 10_000);
        assertThat(tick(10_001)).containsExactly(day(2), day(1), day(0));
        assertThat(dirtyDays.oldestMillis(10_001)).isZero();
    }

    @Test
    void shouldShareOneBudgetAmongAllTasksOfAThreadAndTakeTurns() {
        final List<DayScheduler> tasks = new ArrayList<>();
        for (int task = 0; task < 5; task++) {
            scheduler = scheduler(budget);
            tasks.add(scheduler);
            for (int i = 0; i < 20; i++) {
                mark(task * 100 + i, 0);
            }
        }
        final int[] served = new int[5];
        for (int round = 0; round < 10; round++) {
            int inRound = 0;
            for (int task = 0; task < 5; task++) {
                scheduler = tasks.get(task);
                final int now = tick(1_000L + 20L * round).size();
                served[task] += now;
                inRound += now;
            }
            assertThat(inRound).as("days in one transaction").isBetween(0, 3);
        }
        assertThat(served).as("days of each task in ten rounds").doesNotContain(0, 1, 2);
    }

    @Test
    void shouldWaitEverLongerForAMissingChunkUnlessSomethingComes() {
        mark(0, 0);
        work.waiting.add(day(0));
        assertThat(tick(1_000)).containsExactly(day(0));
        assertThat(tick(5_900)).isEmpty();
        assertThat(tick(6_000)).containsExactly(day(0));
        assertThat(tick(15_900)).isEmpty();
        assertThat(tick(16_000)).containsExactly(day(0));
        mark(0, 16_100);
        work.waiting.clear();
        assertThat(tick(16_200)).containsExactly(day(0));
        assertThat(dirtyDays.days()).isZero();
    }
}

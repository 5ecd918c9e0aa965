package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.DirtyDay;

/** When which day is summarised. Its clock moves while a day is summarised, as a real one does. */
class DaySchedulerTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final DayPacing PACING = DayPacing.DEFAULTS.with(Duration.ofSeconds(2), TIMEOUT);

    private final SteppingTime time = new SteppingTime();
    private final DirtyDays dirtyDays = new DirtyDays();
    private final DayAttempts attempts = new DayAttempts(time, TIMEOUT);
    private final TransactionBudget budget = new TransactionBudget(time, PACING.budget(), attempts::committed);
    private final Work work = new Work();
    private int commits;
    private DayScheduler scheduler = scheduler(budget);

    /** Keeps the state as a task would, and takes time for each day. */
    private final class Work implements DayScheduler.Worker {
        private final List<DayKey> done = new ArrayList<>();
        private final Map<DayKey, DirtyDay> store = new HashMap<>();
        private final Map<DayKey, Duration> takes = new HashMap<>();
        private final List<DayKey> waiting = new ArrayList<>();
        private final List<DayKey> setAside = new ArrayList<>();
        private long hold;

        @Override
        public long heldUntil(DayKey day, long firstMillis) {
            return hold == 0 ? 0 : firstMillis + hold;
        }

        @Override
        public DayScheduler.Result summarise(DayKey day) {
            done.add(day);
            time.advance(takes.getOrDefault(day, Duration.ofMillis(700)));
            if (waiting.contains(day)) {
                return DayScheduler.Result.WAITS;
            }
            store.remove(day);
            return DayScheduler.Result.SUMMARISED;
        }

        @Override
        public void setAside(DayKey day, DirtyDay record) {
            setAside.add(day);
            store.put(day, record);
        }
    }

    private DayScheduler scheduler(TransactionBudget of) {
        return new DayScheduler(PACING, dirtyDays, attempts, of.join(() -> commits++));
    }

    private static DayKey day(int number) {
        return new DayKey("org", "source", LocalDate.parse("2025-11-01").plusDays(number));
    }

    private void mark(int number, long now) {
        final DirtyDay record = scheduler.mark(day(number), now);
        if (record != null) {
            work.store.put(day(number), record);
        }
    }

    private List<DayKey> tick(long now) {
        work.done.clear();
        scheduler.tick(now, work);
        return List.copyOf(work.done);
    }

    /** The thread was fenced: what was done is undone, and the task comes again with the state as it was. */
    private void abort(Map<DayKey, DirtyDay> committed, long now) {
        scheduler.close();
        work.store.clear();
        work.store.putAll(committed);
        scheduler = scheduler(budget);
        committed.forEach((day, record) -> scheduler.restore(day, record, now));
    }

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

    @Test
    void shouldHalveWhatItTakesOnAfterEachAbortAndRecover() {
        for (int i = 0; i < 8; i++) {
            mark(i, i);
            work.takes.put(day(i), Duration.ofMillis(100));
        }
        final Map<DayKey, DirtyDay> committed = Map.copyOf(work.store);
        assertThat(tick(1_000)).hasSize(8);
        abort(committed, 2_000);
        assertThat(tick(3_000)).hasSize(4);
        abort(committed, 4_000);
        assertThat(tick(5_000)).hasSize(2);
        abort(committed, 6_000);
        assertThat(tick(7_000)).containsExactly(day(0));
        assertThat(attempts.lostInARow()).isEqualTo(3);
        assertThat(tick(7_020)).as("the one before is committed").containsExactly(day(1));
        assertThat(attempts.lostInARow()).isZero();
    }

    @Test
    void shouldSetADayAsideThatOutlastsTheTransactionTimeAndAgainAndGoOnWithOthers() {
        mark(0, 0);
        mark(1, 1);
        mark(2, 2);
        work.takes.put(day(1), Duration.ofSeconds(70));
        final Map<DayKey, DirtyDay> committed = new HashMap<>(work.store);
        assertThat(tick(1_000)).containsExactly(day(0), day(1));
        abort(committed, 100_000);
        assertThat(tick(101_000)).as("half of them").containsExactly(day(0));
        committed.remove(day(0));
        assertThat(tick(101_020)).as("alone").containsExactly(day(1));
        abort(committed, 200_000);
        assertThat(tick(201_000)).containsExactly(day(1));
        abort(committed, 300_000);
        assertThat(tick(301_000)).isEmpty();
        assertThat(work.setAside).containsExactly(day(1));
        assertThat(dirtyDays.setAside()).isEqualTo(1);
        assertThat(tick(301_020)).containsExactly(day(2));
        assertThat(tick(400_000)).isEmpty();

        final long retry = 301_000 + PACING.retry().toMillis();
        committed.clear();
        committed.putAll(work.store);
        assertThat(tick(retry)).as("first a commit, so that it is alone").isEmpty();
        assertThat(tick(retry + 20)).as("tried again, once").containsExactly(day(1));
        abort(committed, retry + 100_000);
        assertThat(tick(retry + 101_000)).isEmpty();
        assertThat(work.store.get(day(1)).getNotBeforeMillis())
                .isEqualTo(retry + 101_000 + 2 * PACING.retry().toMillis());
        work.takes.clear();
        scheduler.recompute(day(1), retry + 102_000);
        assertThat(tick(retry + 103_000)).isEmpty();
        assertThat(tick(retry + 103_020)).as("a command asks for it").containsExactly(day(1));
        assertThat(dirtyDays.setAside()).isZero();
    }

    @Test
    void shouldTryADayThatWasSetAsideAtOnceWithALongerTimeOut() {
        final DirtyDay record = DirtyDay.newBuilder()
                .setFirstMillis(1)
                .setTimesSetAside(1)
                .setNotBeforeMillis(1_000_000)
                .setTransactionTimeoutMillis(TIMEOUT.toMillis() - 1)
                .build();
        scheduler.restore(day(0), record, 2_000);
        assertThat(tick(3_000)).containsExactly(day(0));
        scheduler.restore(
                day(1),
                record.toBuilder()
                        .setTransactionTimeoutMillis(TIMEOUT.toMillis())
                        .build(),
                2_000);
        assertThat(tick(4_000)).isEmpty();
    }

    @Test
    void shouldNotHoldItAgainstADayThatItsTransactionWasLostForAnotherReason() {
        mark(0, 0);
        final Map<DayKey, DirtyDay> committed = Map.copyOf(work.store);
        for (int i = 1; i < 20; i++) {
            assertThat(tick(i * 10_000L)).containsExactly(day(0));
            abort(committed, i * 10_000L + 5_000);
        }
        assertThat(work.setAside).isEmpty();
        assertThat(attempts.lost()).isEqualTo(19);
    }
}

package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.DirtyDay;

/** What becomes of days whose transaction is lost. */
class DaySchedulerAbortsTest extends DaySchedulerFixture {
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
    void shouldSetADayAsideThatTheProcessRanOutOfMemoryOverAndGoOnWithOthers() {
        mark(0, 0);
        mark(1, 1);
        work.tooLarge.add(day(0));
        assertThat(tick(1_000)).containsExactly(day(1));
        assertThat(work.setAside).containsExactly(day(0));
        assertThat(work.store.get(day(0))).satisfies(record -> {
            assertThat(record.getHeapBytes()).isEqualTo(HEAP);
            assertThat(record.getNotBeforeMillis())
                    .as("a day later, since each attempt may end the process")
                    .isEqualTo(1_000 + Duration.ofDays(1).toMillis());
        });
        assertThat(dirtyDays.setAside()).isEqualTo(1);
        abort(Map.copyOf(work.store), 2_000);
        assertThat(tick(3_000)).as("it stays aside").isEmpty();
        scheduler.recompute(day(0), 4_000);
        assertThat(tick(5_000)).as("a command asks for it").containsExactly(day(0));
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

package org.usagestreams.simulation.streams;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Some histories of the topology; {@code scripts/simulate} runs more. */
class StreamsHistoriesTest {
    private static final int HISTORIES = Integer.getInteger("simulation.histories", 100);

    @Test
    void shouldKeepItsInvariantsInEveryHistory() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            if (isOrdinary(StreamsHistory.draw(seed).config())) {
                assertThat(StreamsHistories.run(seed, true)).as("seed %d", seed).isPositive();
            }
        }
    }

    /** Days take far less than a transaction may, and have few objects. */
    private static boolean isOrdinary(StreamsHistory.Config config) {
        return config.dayMillis() < 100 && config.objects() < 10;
    }

    /** Readers stop before the transaction that the killed instance left open, while the ledger goes on elsewhere. */
    @Test
    void shouldJudgeTheLedgerByWhatIsReadableBehindAnOpenTransaction() {
        holds(196, new StreamsHistory.Config(3, 2, 3, 3, 2, 2, 7, 60, 6_000), """
                +367ms KILL 0 47
                +5884ms PUT 0 2 [0, 2]
                +5780ms PUT 2 3 [2]
                +7095ms DAYS_PASS 0 0
                """);
    }

    /** A task moved from an instance that stopped and came back within its session: nobody gave it up, nobody got it. */
    @Test
    void shouldLeaveNoTaskWithoutAThread() {
        holds(436, new StreamsHistory.Config(1, 1, 2, 3, 2, 2, 12, 60, 6_000), """
                +342ms LOSE_DISK 0 0
                +257ms PUT 0 7 [1]
                +88ms PUT 0 0 [0]
                +39ms DAYS_PASS 0 0
                +108ms PUT 0 8 [2]
                +240ms PUT 1 9 [0, 1]
                +261ms PAUSE 0 6
                +5096ms START 1 0
                +3117ms STOP 1 0
                +1280ms DELETE 0 0
                +183ms PUT 0 10 [0, 1]
                +1068ms PUT 0 11 [0]
                """);
    }

    private static void holds(long seed, StreamsHistory.Config config, String operations) {
        assertThat(StreamsHistories.failure(new StreamsHistory(seed, config, StreamsHistory.parse(operations)), true))
                .isNull();
    }

    @Test
    void shouldRunASeedTheSameWayEachTime() {
        final StreamsHistory history = StreamsHistory.draw(7);
        assertThat(new StreamsRun(history, false).run()).isEqualTo(new StreamsRun(history, false).run());
    }
}

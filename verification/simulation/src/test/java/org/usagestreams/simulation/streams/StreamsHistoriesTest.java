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
                assertThat(StreamsHistories.run(seed, false))
                        .as("seed %d", seed)
                        .isPositive();
            }
        }
    }

    /** Days take far less than a transaction may, and have few objects. */
    private static boolean isOrdinary(StreamsHistory.Config config) {
        return config.dayMillis() < 100 && config.objects() < 10;
    }

    @Test
    void shouldRunASeedTheSameWayEachTime() {
        final StreamsHistory history = StreamsHistory.draw(7);
        assertThat(new StreamsRun(history, false).run()).isEqualTo(new StreamsRun(history, false).run());
    }
}

package org.usagestreams.simulation.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Some histories of the pipeline; {@code scripts/simulate} runs as many as one likes. */
class SimulationTest {
    private static final int HISTORIES = Integer.getInteger("usage.simulation.histories", 100);

    @Test
    void shouldShowWhatTheBucketHasWhateverHappens() {
        long calls = 0;
        for (long seed = 0; seed < HISTORIES; seed++) {
            calls += PipelineHistories.run(seed);
        }
        assertTrue(calls > HISTORIES, "histories do nothing");
    }

    @Test
    void shouldRunAHistoryTheSameWayEachTime() {
        for (long seed = 1; seed <= 5; seed++) {
            assertEquals(PipelineHistories.trace(seed), PipelineHistories.trace(seed), "seed " + seed);
        }
    }
}

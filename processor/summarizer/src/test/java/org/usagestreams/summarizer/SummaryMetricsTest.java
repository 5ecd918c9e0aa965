package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.apache.kafka.streams.processor.internals.StreamThread;
import org.junit.jupiter.api.Test;

class SummaryMetricsTest {
    @Test
    void shouldKnowEachStateOfAStreamThread() {
        assertThat(SummaryMetrics.THREAD_STATES)
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(StreamThread.State.values())
                        .map(Enum::name)
                        .toList());
    }
}

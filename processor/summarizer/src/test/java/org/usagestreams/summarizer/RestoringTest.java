package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RestoringTest {
    private final MeterRegistry registry = new SimpleMeterRegistry();

    private Gauge gauge() {
        return registry.find("usage_streams_restore_remaining_records")
                .tag("store", "chunks")
                .gauge();
    }

    @Test
    void shouldTellWhatIsLeftOfEachStore() {
        final Restoring restoring = new Restoring();
        restoring.bindTo(registry);
        final TopicPartition first = new TopicPartition("app-chunks-changelog", 0);
        final TopicPartition second = new TopicPartition("app-chunks-changelog", 1);
        restoring.onRestoreStart(first, "chunks", 10, 110);
        restoring.onRestoreStart(second, "chunks", 0, 50);
        restoring.onBatchRestored(first, "chunks", 50, 40);
        assertThat(gauge().value()).isEqualTo(110);
        assertThat(restoring.detail()).isEqualTo(", 110 records are left to be restored");
        restoring.onRestoreEnd(first, "chunks", 100);
        assertThat(gauge().value()).isEqualTo(50);
        restoring.onRestoreSuspended(second, "chunks", 0);
        assertThat(gauge()).isNull();
        assertThat(restoring.detail()).isEmpty();
    }
}

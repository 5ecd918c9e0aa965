package org.usagestreams.benchmark;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Quantiles of measured times. */
class SampleTest {
    @Test
    void shouldTellQuantilesOfWhatWasMeasured() {
        final Sample sample = Sample.of(List.of(3.0, 1.0, 2.0, 10.0));
        assertThat(sample.median()).isEqualTo(2.5);
        assertThat(sample.quantile(0.99)).isEqualTo(10.0);
        assertThat(sample.least()).isEqualTo(1.0);
        assertThat(sample.text("%.1f")).isEqualTo("2.5 (1.0–10.0)");
    }
}

package org.usagestreams.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class RatesTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Offset<Double> CLOSE = within(1e-9);

    private final Rates rates = new Rates(10 * SECOND);

    @Test
    void shouldTellNothingUntilSomethingWasCountedTwice() {
        assertThat(rates.perSecond()).isEmpty();
        rates.add(0, Map.of("a", 5.0));
        assertThat(rates.perSecond()).isEmpty();
        rates.add(SECOND, Map.of("b", 5.0));
        assertThat(rates.perSecond()).isEmpty();
    }

    @Test
    void shouldAddUpWhatGrowsWithinTheWindow() {
        rates.add(0, Map.of("a", 0.0));
        rates.add(100 * SECOND, Map.of("a", 1_000.0, "b", 50.0));
        rates.add(105 * SECOND, Map.of("a", 1_010.0, "b", 55.0));
        rates.add(110 * SECOND, Map.of("a", 1_020.0, "b", 55.0));
        assertThat(rates.perSecond().getAsDouble()).isEqualTo(2.5, CLOSE);
    }

    @Test
    void shouldCountFromZeroAfterARestart() {
        rates.add(0, Map.of("a", 1_000.0));
        rates.add(2 * SECOND, Map.of("a", 4.0));
        rates.add(4 * SECOND, Map.of("a", 6.0));
        assertThat(rates.perSecond().getAsDouble()).isEqualTo(1.5, CLOSE);
    }

    @Test
    void shouldNotCountWhatSomebodyNewHasCountedBefore() {
        rates.add(0, Map.of("a", 0.0));
        rates.add(SECOND, Map.of("a", 3.0, "b", 1_000_000.0));
        assertThat(rates.perSecond().getAsDouble()).isEqualTo(3, CLOSE);
    }
}

package org.usagestreams.splitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A source that has used up its minute waits for the next one; others do not notice. */
class SourceQuotasTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private final SourceQuotas quotas = new SourceQuotas(new SourceQuota(3, 1_000, 50));

    @Test
    void shouldBoundTheObjectsOfAMinute() {
        for (int i = 0; i < 3; i++) {
            assertThat(quotas.take("a", 5)).isEmpty();
        }
        assertThat(quotas.take("a", MINUTE)).hasValue("splitter.source.objects.per.minute=3");
        assertThat(quotas.take("b", MINUTE)).isEmpty();
        assertThat(quotas.exceeded(MINUTE)).isEqualTo(1);
        assertThat(quotas.take("a", MINUTE + 5)).isEmpty();
        assertThat(quotas.exceeded(MINUTE + 5)).isZero();
    }

    @Test
    void shouldBoundBytesAndRows() {
        assertThat(quotas.take("a", 0)).isEmpty();
        quotas.count("a", 1_000, 1, 0);
        assertThat(quotas.take("a", 1)).hasValue("splitter.source.bytes.per.minute=1000");
        assertThat(quotas.take("b", 0)).isEmpty();
        quotas.count("b", 1, 50, 0);
        assertThat(quotas.take("b", 1)).hasValue("splitter.source.rows.per.minute=50");
        assertThat(quotas.exceeded(1)).isEqualTo(2);
    }

    @Test
    void shouldRememberABoundedNumberOfSources() {
        for (int i = 0; i <= SourceQuotas.MOST_SOURCES; i++) {
            for (int n = 0; n < 3; n++) {
                quotas.take("source" + i, 0);
            }
        }
        assertThat(quotas.exceeded(0)).isEqualTo(SourceQuotas.MOST_SOURCES);
        assertThat(quotas.take("source0", 0)).isEmpty();
    }
}

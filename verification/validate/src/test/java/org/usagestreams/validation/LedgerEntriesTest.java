package org.usagestreams.validation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Which objects a validation of some dates need not open. */
class LedgerEntriesTest {
    private static final LocalDate THIRD = LocalDate.of(2025, 11, 3);
    private static final LedgerEntries.Entry ENTRY =
            new LedgerEntries.Entry(Instant.EPOCH, null, Set.of(THIRD, THIRD.plusDays(2)));

    @Test
    void shouldKnowWhatIsOutside() {
        assertThat(ENTRY.isOutside(THIRD.plusDays(3), null)).isTrue();
        assertThat(ENTRY.isOutside(null, THIRD.minusDays(1))).isTrue();
        assertThat(ENTRY.isOutside(THIRD.plusDays(1), THIRD.plusDays(1)))
                .as("between its dates")
                .isTrue();
        assertThat(ENTRY.isOutside(THIRD.plusDays(2), null)).isFalse();
        assertThat(ENTRY.isOutside(null, THIRD)).isFalse();
        assertThat(ENTRY.isOutside(null, null)).isFalse();
    }

    @Test
    void shouldOpenWhatItDoesNotKnow() {
        assertThat(new LedgerEntries.Entry(null, null, null).isOutside(THIRD, THIRD))
                .isFalse();
        assertThat(new LedgerEntries.Entry(null, "refused", Set.of()).isOutside(THIRD, THIRD))
                .isFalse();
    }
}

package org.usagestreams.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ConditionsTest {
    private static final UUID SOURCE = UUID.fromString("00000000-0000-4000-8000-000000000001");

    @Test
    void shouldKeepConditionsAndValuesInStep() {
        final Conditions conditions = Conditions.ofDays("org", SOURCE, LocalDate.EPOCH);
        assertThat(conditions.where())
                .isEqualTo(" WHERE true AND organisation = ? AND source_uuid = ? AND usage_date = ?");
        assertThat(conditions.valuesAnd(7)).containsExactly("org", SOURCE, LocalDate.EPOCH, 7);
        assertThat(conditions.values()).as("the last is another query's").hasSize(3);
    }

    @Test
    void shouldLeaveOutConditionsWithoutAValue() {
        final Conditions conditions = Conditions.ofDays(null, SOURCE, null);
        assertThat(conditions.where()).isEqualTo(" WHERE true AND source_uuid = ?");
        assertThat(conditions.values()).containsExactly(SOURCE);
        assertThat(Conditions.ofDays(null, null, null).where()).isEqualTo(" WHERE true");
    }
}

package org.usagestreams.operations.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.DayKey;

class RowDifferenceTest {
    private static final LocalDate DATE = LocalDate.of(2026, 1, 1);
    private static final String BEGIN = "{\"organisation\":\"org\",\"source_uuid\":\"s\",";

    @Test
    void shouldTellWhichDayAKeyIsOf() {
        final DayKey day = new DayKey("org", "s", DATE);
        assertThat(RowDifference.dayOf(BEGIN + "\"usage_start\":" + DATE.toEpochDay() + ",\"uuid\":\"u\"}"))
                .isEqualTo(day);
        assertThat(RowDifference.dayOf(BEGIN + "\"usage_date\":" + DATE.toEpochDay() + "}"))
                .isEqualTo(day);
        assertThatThrownBy(() -> RowDifference.dayOf("none")).isInstanceOf(UncheckedIOException.class);
    }
}

package org.usagestreams.operations.replay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.UncheckedIOException;
import java.time.LocalDate;
import org.junit.jupiter.api.Test;

/** Rows of days beyond retention stay, though no version of the program can derive them. */
class RowDifferenceTest {
    private static final LocalDate OLDEST = LocalDate.of(2026, 1, 1);

    private static boolean isBeyond(String key) {
        return RowDifference.isBeyond(key, OLDEST);
    }

    @Test
    void shouldLeaveRowsBeyondRetentionOut() {
        final long oldest = OLDEST.toEpochDay();
        assertEquals(false, isBeyond("{\"usage_start\":" + oldest + ",\"uuid\":\"u\"}"));
        assertEquals(true, isBeyond("{\"usage_start\":" + (oldest - 1) + ",\"uuid\":\"u\"}"));
        assertEquals(false, isBeyond("{\"source_uuid\":\"s\",\"usage_date\":" + oldest + "}"));
        assertEquals(true, isBeyond("{\"source_uuid\":\"s\",\"usage_date\":" + (oldest - 1) + "}"));
        assertThrows(UncheckedIOException.class, () -> isBeyond("none"));
    }
}

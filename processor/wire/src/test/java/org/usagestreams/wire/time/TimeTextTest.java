package org.usagestreams.wire.time;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeTextTest {
    @ParameterizedTest
    @CsvSource({
        "2025-11-03 07:00:00 +0000 UTC, 2025-11-03T07:00:00Z",
        "2025-11-03T07:00:00Z, 2025-11-03T07:00:00Z",
        "2025-11-03T07:00, 2025-11-03T07:00:00Z",
        "2025-11-03 07:00:00.123456789 +0200 CEST, 2025-11-03T05:00:00.123456Z",
        "2025-11-03T07:00:00.5-05:30, 2025-11-03T12:30:00.5Z",
        "2025-11-03, 2025-11-03T00:00:00Z",
        "' 2025-11-03 07:00:00 UTC ', 2025-11-03T07:00:00Z",
    })
    void shouldReadTimes(String text, Instant expected) {
        assertEquals(ChronoUnit.MICROS.between(Instant.EPOCH, expected), TimeText.toMicros(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2025-13-03 07:00:00",
                "2025-11-03 25:00:00",
                "2025-11-03 07:00:00 CET",
                "1762153200"
            })
    void shouldNotGuess(String text) {
        assertEquals(TimeText.NONE, TimeText.toMicros(text));
    }
}

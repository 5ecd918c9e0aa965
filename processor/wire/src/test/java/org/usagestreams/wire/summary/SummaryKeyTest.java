package org.usagestreams.wire.summary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.DayKey;

class SummaryKeyTest {
    private static final DayKey DAY =
            new DayKey("org\"ä", "6f1a0f6e-6c2c-4d6d-9d3c-0b1a2c3d4e5f", LocalDate.of(2026, 11, 27));
    private static final UUID ROW = UUID.fromString("11111111-2222-5333-8444-555555555555");

    @Test
    void shouldWriteTheKeyOfARow() {
        final SummaryKey key = new SummaryKey.OfDay(DAY).row(ROW);
        assertThat(new String(key.bytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"organisation\":\"org\\\"ä\",\"source_uuid\":\"6f1a0f6e-6c2c-4d6d-9d3c-0b1a2c3d4e5f\","
                        + "\"usage_start\":20784,\"uuid\":\"11111111-2222-5333-8444-555555555555\"}");
        assertThat(key.day()).isEqualTo(DAY);
    }

    @Test
    void shouldReadTheDayOfAKey() {
        assertThat(SummaryKey.dayOf(new SummaryKey.OfDay(DAY).row(ROW).bytes())).isEqualTo(DAY);
        assertThat(SummaryKey.dayOf(new SummaryKey.OfDay(DAY).marker().bytes())).isEqualTo(DAY);
    }

    @Test
    void shouldTellAMarkerFromARow() {
        assertThat(SummaryKey.isMarker(new SummaryKey.OfDay(DAY).marker().bytes()))
                .isTrue();
        assertThat(SummaryKey.isMarker(new SummaryKey.OfDay(DAY).row(ROW).bytes()))
                .isFalse();
        assertThat(SummaryKey.isMarker(new byte[0])).isFalse();
    }

    @Test
    void shouldRefuseWhatIsNoKey() {
        assertThatThrownBy(() -> SummaryKey.dayOf("row".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("row");
        assertThatThrownBy(() -> SummaryKey.dayOf("{\"usage_start\":1}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("source_uuid");
        assertThatThrownBy(() -> SummaryKey.dayOf("null".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}

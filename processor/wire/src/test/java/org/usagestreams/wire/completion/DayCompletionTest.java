package org.usagestreams.wire.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DayCompletionTest {
    private static final String SOURCE = "00000000-0000-4000-8000-000000000001";

    private static DayCompletion event(String organisation, String date, long epoch, long revision) {
        return new DayCompletion(
                organisation,
                SOURCE,
                date,
                epoch,
                revision,
                5,
                2,
                List.of("node"),
                24,
                null,
                null,
                null,
                "2025-11-03T10:00:00Z",
                "2025-11-03T10:00:01Z");
    }

    @Test
    void shouldReadWhatItWrites() {
        final DayCompletion event = event("org1234567", "2025-11-03", 17, 3);
        assertThat(DayCompletion.parse(event.toJson())).isEqualTo(event);
        assertThat(event.toJson())
                .startsWith("{\"event_id\":\"" + event.eventId() + "\",\"organisation\":\"org1234567\",")
                .contains("\"usage_date\":\"2025-11-03\"", "\"pod_usage_complete_hours\":24", "\"rows_changed\":2")
                .doesNotContain("\"day\"");
    }

    @Test
    void shouldHaveOneIdForEachRevision() {
        final DayCompletion event = event("a", "2025-11-03", 1, 3);
        assertThat(event("a", "2025-11-03", 1, 3).eventId()).isEqualTo(event.eventId());
        assertThat(List.of(
                        event("b", "2025-11-03", 1, 3).eventId(),
                        event("a", "2025-11-04", 1, 3).eventId(),
                        event("a", "2025-11-03", 2, 3).eventId(),
                        event("a", "2025-11-03", 1, 4).eventId(),
                        event.eventId()))
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldRefuseWhatIsNoEvent() {
        assertThatThrownBy(() -> DayCompletion.parse("{}")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DayCompletion.parse("null")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> DayCompletion.parse("no JSON")).isInstanceOf(IllegalArgumentException.class);
    }
}

package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.chunk.DayKey;
import org.usagestreams.wire.message.PublishedDay;

/** The status topic's bytes, which the sink relies on. */
class SummaryStatusTest {
    private static final DayKey DAY = new DayKey("o\"ü😀", "s", LocalDate.parse("2025-11-03"));

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Test
    void shouldKeepTheBytesOfKeys() {
        assertThat(text(SummaryStatus.key(DAY)))
                .isEqualTo("{\"organisation\":\"o\\\"ü😀\",\"source_uuid\":\"s\",\"usage_date\":20395}");
    }

    @Test
    void shouldKeepTheBytesOfValues() {
        final PublishedDay published = PublishedDay.newBuilder()
                .setRevision(4)
                .setRows(10)
                .setRowsSetAside(3)
                .setSlicesCounted(2)
                .setChangedMillis(1_762_128_000_000L)
                .build();
        assertThat(text(SummaryStatus.value(DAY, published, List.of())))
                .isEqualTo("{\"revision\":4,\"row_count\":7,\"rows_set_aside\":3,\"live_objects\":2,"
                        + "\"changed_at\":\"2025-11-03T00:00:00Z\",\"pod_usage_complete_hours\":0,"
                        + "\"storage_usage_complete_hours\":0,\"node_labels_complete_hours\":0,"
                        + "\"namespace_labels_complete_hours\":0}");
        assertThat(text(SummaryStatus.value(DAY, PublishedDay.getDefaultInstance(), List.of())))
                .startsWith("{\"revision\":0,\"row_count\":0,\"rows_set_aside\":0,\"live_objects\":0,"
                        + "\"changed_at\":null,\"pod_usage_complete_hours\":0,");
    }
}

package org.usagestreams.wire.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LedgerRecordTest {
    private static byte[] entry(String state) {
        return ("{\"bucket\":\"b\",\"object_key\":\"k\",\"etag\":\"e\",\"version_id\":\"\",\"state\":\"" + state
                        + "\",\"event_at\":\"2025-11-03T00:00:00Z\",\"counted_at\":\"2025-11-03T00:00:01Z\"}")
                .getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldReadAnEntry() {
        assertThat(LedgerRecord.parse(entry("COUNTED"))).hasValueSatisfying(entry -> {
            assertThat(entry.state()).isEqualTo(UploadState.COUNTED);
            assertThat(entry.version().getKey()).isEqualTo("k");
            assertThat(entry.countedMillis()).isEqualTo(1_762_128_001_000L);
        });
    }

    @Test
    void shouldPassOverTombstones() {
        assertThat(LedgerRecord.parse(null)).isEmpty();
    }

    @Test
    void shouldRefuseWhatItCannotParse() {
        assertThatThrownBy(() -> LedgerRecord.parse(entry("ARCHIVED")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ARCHIVED");
        assertThatThrownBy(() -> LedgerRecord.parse(new byte[] {1, 2})).isInstanceOf(IllegalArgumentException.class);
    }
}

package org.usagestreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.wire.ledger.UploadState;

class UploadLinesTest {
    private static final Instant TIME = Instant.parse("2025-11-03T07:00:00Z");

    private static LedgerRow row(UploadState state, Long read, Long dropped, Long unreadable) {
        return LedgerRow.of("reports", "a.parquet", state)
                .version("e", "")
                .read(read, dropped, unreadable)
                .times(TIME, TIME)
                .build();
    }

    private static List<String> print(LedgerRow row) {
        final StringWriter text = new StringWriter();
        final PrintWriter out = new PrintWriter(text);
        UploadLines.print(List.of(row), out);
        out.flush();
        return text.toString().lines().map(String::strip).toList();
    }

    @Test
    void shouldShowDroppedRowsAndUnreadableLabels() {
        assertThat(print(row(UploadState.LOADED, 9L, 2L, 3L)))
                .containsExactly(
                        "state   uploaded              rows  rows dropped  unreadable labels  object",
                        "LOADED  2025-11-03T07:00:00Z     9             2                  3  reports/a.parquet");
    }

    @Test
    void shouldWarnOfAnObjectThatGaveNoRow() {
        assertThat(print(row(UploadState.LOADED, 9L, 9L, 0L)).get(1)).startsWith("LOADED (all rows dropped)  2025");
        assertThat(print(row(UploadState.LOADED, 0L, 0L, 0L)).get(1)).startsWith("LOADED  2025");
        assertThat(print(row(UploadState.FAILED, null, null, null)).get(1)).startsWith("FAILED  2025");
    }
}

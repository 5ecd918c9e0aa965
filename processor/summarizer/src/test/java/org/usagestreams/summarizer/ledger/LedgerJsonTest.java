package org.usagestreams.summarizer.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.Failed;
import org.usagestreams.wire.message.LedgerEntry;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.message.ReportType;
import org.usagestreams.wire.message.Split;

/** The ledger topic's bytes, which sinks and readers of other versions rely on. */
class LedgerJsonTest {
    private static final ObjectVersion VERSION = ObjectVersion.newBuilder()
            .setBucket("b\0")
            .setKey("data/\"ü😀\".parquet")
            .setEtag("e")
            .setEventTimeMillis(1_762_128_000_123L)
            .setUploadedMillis(1_762_128_000_000L)
            .setManifestId("m")
            .setReportHours(7)
            .setSize(3_000_000_000L)
            .setSequencer("0a")
            .build();

    private static String text(byte[] json) {
        return new String(json, StandardCharsets.UTF_8);
    }

    @Test
    void shouldKeepTheBytesOfKeys() {
        assertThat(text(LedgerJson.key(VERSION)))
                .isEqualTo(
                        "{\"bucket\":\"b\uFFFD\",\"object_key\":\"data/\\\"ü\\uD83D\\uDE00\\\".parquet\",\"etag\":\"e\","
                                + "\"version_id\":\"\"}");
    }

    @Test
    void shouldKeepTheBytesOfAnEntryWithAllFields() {
        final LedgerEntry entry = LedgerEntry.newBuilder()
                .setVersion(VERSION)
                .setState("FAILED")
                .setReason("x".repeat(1_999) + "😀")
                .setFailed(Failed.newBuilder().setStep("SUMMARISE").setDeadLetter("letter"))
                .setOrganisation("o")
                .setSource("s")
                .setReport(ReportType.POD_USAGE)
                .setSplit(Split.newBuilder()
                        .setRowGroups(2)
                        .setChunks(3)
                        .setRows(5_000_000_000L)
                        .putDropped("z", 1)
                        .putDropped("a\"", 2)
                        .setUnreadableLabels(4)
                        .addDates(20_395)
                        .addDates(20_394)
                        .addLeftOut(20_396))
                .setNotifiedMillis(1_762_128_001_000L)
                .setSplitMillis(1_762_128_002_000L)
                .setCountedMillis(1_762_128_003_000L)
                .setLoadedMillis(1_762_128_004_000L)
                .setRemovedMillis(Long.MAX_VALUE)
                .setRevision(9)
                .build();
        assertThat(text(LedgerJson.value(entry)))
                .isEqualTo(
                        "{\"bucket\":\"b\uFFFD\",\"object_key\":\"data/\\\"ü\\uD83D\\uDE00\\\".parquet\",\"etag\":\"e\","
                                + "\"version_id\":\"\",\"state\":\"FAILED\",\"reason\":\"" + "x".repeat(1_999)
                                + "\",\"failed_step\":\"SUMMARISE\",\"dead_letter\":\"letter\",\"organisation\":\"o\",\"source_uuid\":\"s\","
                                + "\"report_type\":\"POD_USAGE\",\"manifest_id\":\"m\",\"report_hours\":7,"
                                + "\"size_bytes\":3000000000,\"row_groups\":2,\"chunks\":3,\"rows_read\":5000000000,"
                                + "\"rows_dropped\":\"{\\\"a\\\\\\\"\\\":2,\\\"z\\\":1}\",\"unreadable_labels\":4,"
                                + "\"usage_dates\":\"[\\\"2025-11-02\\\",\\\"2025-11-03\\\",\\\"2025-11-04\\\"]\","
                                + "\"objects\":null,\"uploaded_at\":\"2025-11-03T00:00:00Z\",\"event_at\":\"2025-11-03T00:00:00.123Z\","
                                + "\"notified_at\":\"2025-11-03T00:00:01Z\",\"split_at\":\"2025-11-03T00:00:02Z\","
                                + "\"counted_at\":\"2025-11-03T00:00:03Z\",\"loaded_at\":\"2025-11-03T00:00:04Z\","
                                + "\"removed_at\":null,\"sequencer\":\"0a\",\"revision\":9}");
    }

    @Test
    void shouldKeepTheBytesOfAnEntryWithoutFields() {
        assertThat(text(LedgerJson.value(LedgerEntry.getDefaultInstance())))
                .isEqualTo("{\"bucket\":\"\",\"object_key\":\"\",\"etag\":\"\",\"version_id\":\"\",\"state\":null,"
                        + "\"reason\":null,\"failed_step\":null,\"dead_letter\":null,\"organisation\":null,\"source_uuid\":null,"
                        + "\"report_type\":null,\"manifest_id\":null,\"report_hours\":null,\"size_bytes\":0,"
                        + "\"row_groups\":null,\"chunks\":null,\"rows_read\":null,\"rows_dropped\":null,"
                        + "\"unreadable_labels\":null,\"usage_dates\":null,\"objects\":null,\"uploaded_at\":null,\"event_at\":null,"
                        + "\"notified_at\":null,\"split_at\":null,\"counted_at\":null,\"loaded_at\":null,"
                        + "\"removed_at\":null,\"sequencer\":\"\",\"revision\":0}");
    }
}

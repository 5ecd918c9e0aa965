package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;

/** What the real topology does in one punctuation, by a clock that moves while it works. */
class TransactionBudgetTopologyTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000ee";
    private static final LocalDate FIRST = LocalDate.parse("2025-11-14");

    /** With each look at the clock, a quarter of a budget passes. */
    private final TopologyHarness harness = new TopologyHarness(
            TopologySettings.DEFAULTS.withRetentionDays(15), new SteppingTime().stepping(Duration.ofMillis(500)));

    @AfterEach
    void close() {
        harness.close();
    }

    private void put(int days) {
        for (int i = 0; i < days; i++) {
            final ObjectVersion version = ObjectVersion.newBuilder()
                    .setBucket("reports")
                    .setKey("data/org/OCP/source=" + SOURCE + "/" + ReportType.POD_USAGE.longSegment() + "/f" + i)
                    .setEtag("f" + i)
                    .setEventTimeMillis(harness.nowMillis())
                    .setUploadedMillis(harness.nowMillis())
                    .build();
            Splitting.split(
                            History.LIMITS,
                            version,
                            RandomReports.pods(FIRST.plusDays(i).toString(), "shop"))
                    .forEach((key, value) -> harness.chunk(key.toString(), value));
        }
    }

    @Test
    void shouldSpreadDueDaysOverPunctuations() {
        put(8);
        int punctuations = 0;
        for (long before = 8; before > 0; before = harness.dirtyDays.days()) {
            assertThat(punctuations++).as("it comes to its end").isLessThan(50);
            harness.advance(1_000);
            assertThat(before - harness.dirtyDays.days())
                    .as("days in one punctuation")
                    .isBetween(0L, 2L);
        }
        assertThat(punctuations).isGreaterThanOrEqualTo(4);
        assertThat(harness.status).hasSize(8);
    }

    @Test
    void shouldSpreadTheSearchForOldDaysOverPunctuations() {
        put(6);
        for (int i = 0; i < 50; i++) {
            harness.advance(1_000);
        }
        assertThat(harness.stores.days()).hasSize(6);
        harness.advance(Duration.ofDays(60).toMillis());
        assertThat(harness.stores.days()).as("one budget goes not that far").isNotEmpty();
        for (int i = 0; i < 20; i++) {
            harness.advance(20);
        }
        assertThat(harness.stores.days())
                .as("without waiting for the next interval")
                .isEmpty();
        assertThat(harness.stores.chunkKeys()).isEmpty();
        assertThat(harness.table).as("rows stay").hasSize(12);
    }
}

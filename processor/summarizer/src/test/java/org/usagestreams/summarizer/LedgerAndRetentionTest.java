package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.message.ObjectVersion;

/** What the ledger says of versions of which a date has left the state. The harness' clock begins on 2025-11-24. */
class LedgerAndRetentionTest {
    private static String entry(TopologyHarness harness, String etag) {
        return harness.ledger.entrySet().stream()
                .filter(entry -> entry.getKey().contains("\"" + etag + "\""))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    @Test
    void shouldCountAVersionWhosePredecessorHadADateThatIsForgotten() {
        try (TopologyHarness harness = Pods.withRetention(10)) {
            final ObjectVersion old = Pods.version("a", 1);
            Pods.put(harness, History.LIMITS, old, Pods.onDays("2025-11-15", "2025-11-24"));
            Pods.split(harness, old, "2025-11-15", "2025-11-24");
            harness.settle();
            assertThat(entry(harness, "a-1")).contains("\"state\":\"COUNTED\"");
            harness.advance(Duration.ofDays(4).toMillis());
            harness.advance(Duration.ofDays(1).toMillis());
            assertThat(harness.stores.days()).as("2025-11-15 is forgotten").hasSize(1);
            assertThat(entry(harness, "a-1")).as("its rows stay in the table").contains("\"state\":\"COUNTED\"");

            final ObjectVersion next = old.toBuilder()
                    .setEtag("next")
                    .setEventTimeMillis(harness.nowMillis())
                    .setUploadedMillis(harness.nowMillis())
                    .build();
            Pods.put(harness, History.LIMITS, next, Pods.onDays("2025-11-24"));
            Pods.split(harness, next, "2025-11-24");
            harness.settle();
            assertThat(entry(harness, "next")).contains("\"state\":\"COUNTED\"");
            assertThat(entry(harness, "a-1")).contains("\"state\":\"SUPERSEDED\"");
        }
    }

    @Test
    void shouldNotCountTheSameContentsAgainBeforeADateThatTheyNoLongerHaveIsRetracted() {
        try (TopologyHarness harness = new TopologyHarness()) {
            final ObjectVersion old = Pods.version("a", 1);
            Pods.put(harness, History.LIMITS, old, Pods.onDays("2025-11-03", "2025-11-04"));
            Pods.split(harness, old, "2025-11-03", "2025-11-04");
            harness.settle();
            // The object is replayed, and the splitter's next program gives it one date only.
            final ObjectVersion again = old.toBuilder()
                    .setEventTimeMillis(old.getEventTimeMillis() + 1)
                    .build();
            Pods.put(harness, History.LIMITS, again, Pods.onDays("2025-11-04"));
            Pods.split(harness, again, "2025-11-04");
            harness.settle();
            assertThat(entry(harness, "a-1")).contains("\"state\":\"COUNTED\"").contains("[\\\"2025-11-04\\\"]");
            assertThat(harness.stores.daysWithRows()).hasSize(1);
        }
    }
}

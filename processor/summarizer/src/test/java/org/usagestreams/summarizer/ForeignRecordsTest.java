package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.message.DayCommand;

/** Records from outside that cannot be parsed become dead letters; state of our own that cannot be parsed ends the task. */
class ForeignRecordsTest {
    private static final byte[] NONSENSE = {-1, -2, -3};
    private static final String DAY = Pods.ORGANISATION + "|" + Pods.SOURCE + "|2025-11-03";

    private final TopologyHarness harness = new TopologyHarness();

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void shouldSetAsideWhatIsNoFact() {
        harness.record(TopicRole.OBJECTS, "reports/a", NONSENSE);
        harness.record(TopicRole.OBJECTS, "reports/b", null);
        assertThat(harness.deadLetters).hasSize(2);
        assertThat(harness.deadLetters.get(0))
                .contains("\"place\":\"key reports/a\"", "\"record\":\"usage.objects-0@0\"", "\"payload\":\"//79\"");
    }

    @Test
    void shouldSetAsideWhatIsNoCommand() {
        harness.record(TopicRole.RETRACTIONS, DAY, NONSENSE);
        harness.record(TopicRole.RETRACTIONS, "no day", Commands.resummarise().toByteArray());
        harness.record(
                TopicRole.RETRACTIONS, DAY, DayCommand.getDefaultInstance().toByteArray());
        assertThat(harness.deadLetters).hasSize(3);
        assertThat(harness.deadLetters.get(2)).contains("it holds no command that this version knows");
    }

    @Test
    void shouldSetAsideWhatIsNoReferenceData() {
        final byte[] nonsense = "{".getBytes(StandardCharsets.UTF_8);
        harness.record(TopicRole.CLUSTERS, "org1|" + Pods.SOURCE, nonsense);
        harness.record(TopicRole.COST_CATEGORIES, "org1|a", "{}".getBytes(StandardCharsets.UTF_8));
        harness.record(TopicRole.TAG_MAPPINGS, "org1|a", "{}".getBytes(StandardCharsets.UTF_8));
        harness.record(TopicRole.ENABLED_KEYS, "no organisation", "{}".getBytes(StandardCharsets.UTF_8));
        harness.record(TopicRole.ENABLED_KEYS, "no organisation", null);
        assertThat(harness.deadLetters).hasSize(4);
        assertThat(harness.deadLetters.get(0)).contains("its value is not that of kind cluster");
        assertThat(harness.deadLetters.get(3)).contains("its key is not \\\"organisation|name\\\"");
    }

    @Test
    void shouldKeepReferenceDataWhereALaterRecordCannotBeRead() {
        harness.record(TopicRole.TAG_MAPPINGS, "org1|child", ReferenceJson.tagMapping("parent"));
        harness.record(TopicRole.TAG_MAPPINGS, "org1|child", "[]".getBytes(StandardCharsets.UTF_8));
        assertThat(harness.stores.get(Names.REFERENCE).get("tag-mapping|org1|child"))
                .isEqualTo(ReferenceJson.tagMapping("parent"));
    }

    @Test
    void shouldStopWhereStateOfADayCannotBeRead() {
        harness.stores.get(Names.DAYS).put(DAY, NONSENSE);
        assertThatThrownBy(() -> harness.order(
                        DAY,
                        DayCommand.newBuilder()
                                .setReadmission(org.usagestreams.wire.message.Readmission.getDefaultInstance())
                                .build()))
                .rootCause()
                .isNotNull();
        assertThat(harness.deadLetters).isEmpty();
    }

    @Test
    void shouldStopWhereStateOfAnObjectCannotBeRead() {
        final String object = "usage-reports/" + Pods.version("a", 1).getKey();
        harness.stores.get(Names.LEDGER).put(object + "\0" + "0", NONSENSE);
        assertThatThrownBy(() -> Pods.split(harness, Pods.version("a", 1), "2025-11-03"))
                .hasStackTraceContaining("Cannot read store ledger, key " + object)
                .hasStackTraceContaining("delete its state directory");
    }

    @Test
    void shouldForgetADayWithRecordsThatAreNoChunks() {
        try (TopologyHarness small = Pods.withRetention(10)) {
            Pods.put(small, History.LIMITS, Pods.version("a", 1), Pods.onDays("2025-11-20"));
            small.chunk(Pods.ORGANISATION + "|" + Pods.SOURCE + "|2025-11-20|nonsense", NONSENSE);
            small.settle();
            assertThat(small.deadLetters).hasSize(1);
            small.advance(java.time.Duration.ofDays(20).toMillis());
            small.settle();
            assertThat(small.stores.days()).isEmpty();
            assertThat(small.stores.chunkKeys()).isEmpty();
        }
    }
}

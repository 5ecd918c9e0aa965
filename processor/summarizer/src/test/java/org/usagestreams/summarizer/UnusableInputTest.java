package org.usagestreams.summarizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.usagestreams.summarizer.PodSource.file;
import static org.usagestreams.summarizer.PodSource.pod;

import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.wire.chunk.ChunkKey;

/** What cannot be summarised, or loaded, is set aside, and holds nothing else up. */
class UnusableInputTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000cc";

    private final TopologyHarness harness = harness();
    private final PodSource source = new PodSource(harness, SOURCE, Instant.EPOCH);

    TopologyHarness harness() {
        return new TopologyHarness();
    }

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void shouldSetAsideWhatPostgresWouldRefuse() {
        final String tooLong = "n".repeat(254);
        source.put(
                source.version("a", 1),
                file(pod("2025-11-03", 1, tooLong, "web", 3600), pod("2025-11-03", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(2, harness.table.size(), "the shop's row and the node's");
        assertEquals(1, harness.deadLetters.size());
        assertTrue(
                harness.deadLetters.get(0).contains("namespace has 254 characters: varchar(253)"),
                harness.deadLetters.get(0));
        source.put(source.version("b", 2), file(pod("2025-11-03", 2, "shop", "web", 1)));
        harness.settle();
        assertEquals(1, harness.deadLetters.size(), "said once");
        assertTrue(
                harness.status.values().iterator().next().contains("\"row_count\":2,\"rows_set_aside\":1"),
                harness.status.toString());
        harness.gone(source.version("a", 3));
        harness.settle();
        assertEquals(1, harness.settled.size(), "the row is no more");
    }

    @Test
    void shouldLeaveOutAnObjectWithAChunkThatCannotBeProcessedAndSayWhichOne() {
        source.put(source.version("good", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        final Map<ChunkKey, byte[]> records = Splitting.split(
                History.LIMITS, source.version("bad", 2), file(pod("2025-11-03", 2, "mail", "smtp", 60)));
        records.forEach((key, value) -> harness.chunk(key.toString(), key.isEnd() ? value : new byte[] {8, 99, 40, 1}));
        harness.settle();
        assertEquals(1, harness.deadLetters.size());
        assertTrue(harness.deadLetters.get(0).contains("/bad"), harness.deadLetters.get(0));
        assertTrue(harness.deadLetters.get(0).contains("chunk format 99"), harness.deadLetters.get(0));
        assertEquals(2, harness.table.size(), "the good object's rows are there");
    }

    @Test
    void shouldGoOnAfterRecordsThatAreNoChunks() {
        harness.chunk("nonsense", new byte[] {1, 2, 3});
        harness.chunk(null, new byte[0]);
        harness.chunk("org|" + SOURCE + "|2025-11-03|end|" + "0".repeat(32) + "|" + "0".repeat(32), new byte[] {-1});
        source.put(source.version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        harness.settle();
        assertEquals(3, harness.deadLetters.size());
        assertEquals(2, harness.table.size());
    }
}

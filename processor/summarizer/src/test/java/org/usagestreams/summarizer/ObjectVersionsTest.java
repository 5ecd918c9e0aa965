package org.usagestreams.summarizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.usagestreams.summarizer.PodSource.file;
import static org.usagestreams.summarizer.PodSource.pod;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.PublishedRow;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.message.Gone;
import org.usagestreams.wire.message.Ignored;
import org.usagestreams.wire.message.ObjectFact;
import org.usagestreams.wire.message.ObjectVersion;

/** What a new version of an object, or its end, leads to. */
class ObjectVersionsTest {
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
    void shouldMoveAnObjectToOtherDaysAndRetractItFromTheOldOnes() {
        source.put(
                source.version("a", 1),
                file(pod("2025-11-03", 1, "shop", "web", 1), pod("2025-11-04", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(4, harness.table.size());
        source.put(
                source.version("a", 2),
                file(pod("2025-11-04", 1, "shop", "web", 2), pod("2025-11-05", 1, "shop", "web", 2)));
        harness.settle();
        assertEquals(
                List.of("2025-11-04", "2025-11-05"),
                harness.table.values().stream()
                        .map(row -> PublishedRow.columns(row).get("usage_start"))
                        .distinct()
                        .sorted()
                        .toList());
        harness.gone(source.version("a", 3));
        harness.settle();
        assertEquals(Map.of(), harness.table);
        assertEquals(0, harness.stores.chunkKeys().size(), "tombstones for all that is no more");
    }

    @Test
    void shouldTakeTheWordThatThereIsNothingForTheLastOfItsEvent() {
        // A notification without an ETag: split when it came, gone when it was delivered again.
        final ObjectVersion event =
                source.version("a", 1).toBuilder().clearEtag().build();
        final Map<ChunkKey, byte[]> records =
                source.put(source.version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(2, harness.table.size());
        harness.gone(event);
        harness.settle();
        assertEquals(0, harness.table.size());
        records.forEach((key, value) -> harness.chunk(key.toString(), value));
        harness.settle();
        assertEquals(0, harness.table.size(), "late records of the same event bring nothing back");
        assertEquals(0, harness.stores.chunkKeys().size());
    }

    @Test
    void shouldRetractWhatANewVersionThatIsLeftOutReplaces() {
        source.put(source.version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(2, harness.table.size());
        harness.fact(ObjectFact.newBuilder()
                .setVersion(source.version("a", 2))
                .setOrganisation("org")
                .setSource(SOURCE)
                .setIgnored(Ignored.getDefaultInstance()));
        harness.settle();
        assertEquals(Map.of(), harness.table, "it is no longer in the bucket");
    }

    @Test
    void shouldLeaveTheRowsOfWhatIsGoneWhereTheyAreToBeKept() {
        source.put(source.version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 1)));
        harness.settle();
        harness.fact(ObjectFact.newBuilder()
                .setVersion(source.version("a", 2))
                .setOrganisation("org")
                .setSource(SOURCE)
                .setGone(Gone.newBuilder().setKept(true)));
        harness.settle();
        assertEquals(2, harness.table.size());
        source.put(source.version("a", 3), file(pod("2025-11-04", 1, "shop", "web", 1)));
        harness.settle();
        assertEquals(
                List.of("2025-11-04"),
                harness.table.values().stream()
                        .map(row -> PublishedRow.columns(row).get("usage_start"))
                        .distinct()
                        .toList(),
                "the next version takes its place");
    }

    @Test
    void shouldSummariseDailyAggregatesAsTheLastHourlyObjectLeaves() {
        final ObjectVersion daily = source.version("a", 1).toBuilder()
                .setKey("data/parquet/daily/org/OCP/pod_usage/source=" + SOURCE + "/d.parquet")
                .build();
        source.put(daily, file(pod("2025-11-03", 0, "daily", "web", 24 * 3600)));
        harness.settle();
        assertTrue(harness.columns("namespace").contains("daily"));

        source.put(source.version("a", 2), file(pod("2025-11-03", 1, "hourly", "web", 3600)));
        source.put(source.version("b", 3), file(pod("2025-11-03", 2, "hourly", "web", 3600)));
        harness.settle();
        assertEquals(List.of("Worker unallocated", "hourly"), harness.columns("namespace"));

        harness.gone(source.version("a", 4));
        harness.settle();
        assertEquals(List.of("Worker unallocated", "hourly"), harness.columns("namespace"));
        harness.gone(source.version("b", 5));
        harness.settle();
        assertEquals(List.of("Worker unallocated", "daily"), harness.columns("namespace"));
    }
}

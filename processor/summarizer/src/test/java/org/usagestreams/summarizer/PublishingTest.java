package org.usagestreams.summarizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.usagestreams.summarizer.PodSource.file;
import static org.usagestreams.summarizer.PodSource.pod;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.message.DayCommand;
import org.usagestreams.wire.message.Resummarise;

/** What of a day is published, and when. */
class PublishingTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000cc";
    private static final String DAY = "org|" + SOURCE + "|2025-11-03";

    private final TopologyHarness harness = harness();
    private final PodSource source = new PodSource(harness, SOURCE, Instant.EPOCH);

    TopologyHarness harness() {
        return new TopologyHarness();
    }

    @AfterEach
    void close() {
        harness.close();
    }

    private static byte[] manyPods(int count) {
        final Object[][] rows = new Object[count][];
        for (int i = 0; i < count; i++) {
            rows[i] = pod("2025-11-03", i % 24, "shop", "pod-" + i, 3600);
        }
        return file(rows);
    }

    @Test
    void shouldPublishABurstOnceAndOnlyAfterAQuietTime() {
        for (int i = 0; i < 5; i++) {
            source.put(source.version("f" + i, i), file(pod("2025-11-03", i, "shop", "web", 3600)));
            assertFalse(harness.advance(50), "within the quiet time");
        }
        assertTrue(harness.advance(100));
        assertEquals(1, harness.stores.days().get(DAY).getRevision());
        assertEquals(5, harness.stores.days().get(DAY).getSlices());
    }

    @Test
    void shouldNotWaitLongerThanTheLongestDelay() {
        boolean published = false;
        for (int i = 0; i < 24; i++) {
            source.put(source.version("f" + i, i), file(pod("2025-11-03", i, "shop", "web", 3600)));
            published |= harness.advance(50);
        }
        assertTrue(published, "after 1200 ms of never being quiet");
    }

    @Test
    void shouldShowNothingOfAnObjectBeforeAllOfItIsThere() {
        harness.reference.enabledKey("app", true);
        final Map<ChunkKey, byte[]> records = Splitting.split(History.LIMITS, source.version("big", 1), manyPods(200));
        assertTrue(records.size() > 3, "several chunks");
        final List<Map.Entry<ChunkKey, byte[]>> sequence = new ArrayList<>(records.entrySet());
        final Map.Entry<ChunkKey, byte[]> missing = sequence.remove(1);
        sequence.forEach(record -> harness.chunk(record.getKey().toString(), record.getValue()));
        harness.advance(5000);
        assertEquals(0, harness.published);
        harness.chunk(missing.getKey().toString(), missing.getValue());
        harness.advance(5000);
        assertEquals(201, harness.table.size(), "200 pods and an unallocated row");
    }

    @Test
    void shouldSummariseNoDayBeforeAllHasBeenReadAnew() {
        harness.allRead = false;
        source.put(source.version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        harness.advance(60_000);
        assertEquals(0, harness.published, "further objects of the day may come");
        source.put(source.version("b", 2), file(pod("2025-11-03", 2, "shop", "db", 3600)));
        harness.allRead = true;
        harness.advance(2_000);
        harness.advance(2_000);
        assertEquals(1, harness.stores.days().get(DAY).getRevision());
        assertEquals(2, harness.stores.days().get(DAY).getSlices());
        harness.allRead = false;
        source.put(source.version("b", 3), file(pod("2025-11-03", 3, "shop", "db", 7200)));
        harness.advance(2_000);
        assertEquals(2, harness.stores.days().get(DAY).getRevision(), "it is asked until it was so once");
    }

    @Test
    void shouldSummariseAgainWhenToldTo() {
        source.put(source.version("a", 1), file(pod("2025-11-03", 1, "shop", "web", 3600)));
        harness.settle();
        final int rows = harness.table.size();
        final int published = harness.published;
        order(Resummarise.getDefaultInstance());
        assertEquals(published, harness.published, "no row is another");

        final UUID stray = UUID.fromString("00000000-0000-4000-8000-0000000000ff");
        final ByteBuffer uuid = ByteBuffer.allocate(16)
                .putLong(stray.getMostSignificantBits())
                .putLong(stray.getLeastSignificantBits());
        order(Resummarise.newBuilder()
                .setRewrite(true)
                .setUuids(ByteString.copyFrom(uuid.flip()))
                .build());
        assertEquals(published + rows + 1, harness.published, "all rows, and a tombstone for the one that is none");
        assertEquals(rows, harness.table.size());
    }

    private void order(Resummarise order) {
        harness.order(DAY, DayCommand.newBuilder().setResummarise(order).build());
        harness.settle();
    }

    @Test
    void shouldChangeNothingOnRedelivery() {
        final byte[] bytes = manyPods(50);
        source.put(source.version("a", 1), bytes);
        harness.settle();
        final int published = harness.published;
        source.put(source.version("a", 1), bytes);
        assertEquals(0, harness.dirtyDays.days(), "a chunk that was seen before touches nothing");
        harness.settle();
        assertEquals(published, harness.published);
    }

    @Test
    void shouldPublishOnlyRowsThatChanged() {
        source.put(
                source.version("a", 1),
                file(pod("2025-11-03", 1, "shop", "web", 3600), pod("2025-11-03", 1, "mail", "smtp", 60)));
        harness.reference.enabledKey("app", true);
        harness.settle();
        final int published = harness.published;
        source.put(source.version("b", 2), file(pod("2025-11-03", 2, "mail", "smtp", 60)));
        harness.settle();
        assertEquals(2, harness.published - published, "the mail row and the node's unallocated one");
    }
}

package org.usagestreams.summarizer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.usagestreams.testkit.GoldenCase;
import org.usagestreams.testkit.PublishedRow;
import org.usagestreams.testkit.Rows;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** Each golden case in many orders, with duplicates and late older versions: always the expected rows, bit for bit. */
class GoldenTopologyTest {
    private static final int ORDERS = Integer.getInteger("usage.orders", 12);

    static Stream<GoldenCase> cases() {
        return GoldenCase.all();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void shouldGiveTheExpectedRowsInEveryOrder(GoldenCase golden) {
        final History history = History.of(golden);
        Map<String, String> first = null;
        for (int seed = 0; seed < ORDERS; seed++) {
            final Map<String, String> table = play(golden, history, seed);
            if (first == null) {
                first = table;
            }
            assertEquals(first, table, "seed " + seed);
        }
    }

    private static Map<String, String> play(GoldenCase golden, History history, int seed) {
        final Random random = new Random(seed);
        try (TopologyHarness harness = harness(seed)) {
            final List<Runnable> steps = history.shuffled(random, harness);
            final int referenceAt = random.nextInt(steps.size() + 1);
            for (int i = 0; i <= steps.size(); i++) {
                if (i == referenceAt) {
                    loadReference(golden, harness);
                }
                if (i < steps.size()) {
                    steps.get(i).run();
                }
                // Whole slices only, at each publication; before the reference data is there, other rows are right.
                if (random.nextInt(4) == 0 && harness.advance(random.nextInt(300)) && i > referenceAt) {
                    harness.advance(0);
                    assertWhole(golden, history, harness);
                }
            }
            harness.settle();
            assertWhole(golden, history, harness);
            assertEquals(
                    List.of(),
                    Rows.differences(
                            golden.expected(),
                            harness.table.values().stream()
                                    .map(PublishedRow::columns)
                                    .toList()),
                    "seed " + seed);
            assertSameKeys(liveKeys(golden, history), harness.stores.chunkKeys(), seed);
            assertEquals(List.of(), harness.deadLetters);
            return harness.table.entrySet().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, e -> new String(e.getValue(), UTF_8)));
        }
    }

    /** One of the orders is played with days that are summarised by portions. */
    private static TopologyHarness harness(int seed) {
        return switch (seed) {
            case 0 -> TopologyHarness.onDisk();
            case 1 -> TopologyHarness.inPortions(3);
            default -> new TopologyHarness();
        };
    }

    private static void loadReference(GoldenCase golden, TopologyHarness harness) {
        golden.history().stream()
                .filter(step -> step.op() == GoldenCase.Op.PUT)
                .map(step -> ReportKey.of(step.key()).orElseThrow().source())
                .distinct()
                .forEach(source -> {
                    harness.reference.cluster(source, golden.reference(source).cluster());
                    harness.reference.all(golden.reference(source));
                });
        // Days that other reference data was used for are summarised anew.
        harness.advance(50);
        harness.advance(1000);
        harness.advance(1000);
    }

    /** The chunk topic holds the live rows of the bucket, and nothing else. */
    private static void assertSameKeys(Set<String> live, Set<String> held, int seed) {
        final TreeSet<String> missing = new TreeSet<>(live);
        missing.removeAll(held);
        final TreeSet<String> left = new TreeSet<>(held);
        left.removeAll(live);
        assertEquals("missing [], left over []", "missing " + missing + ", left over " + left, "seed " + seed);
    }

    private static void assertWhole(GoldenCase golden, History history, TopologyHarness harness) {
        final Map<String, byte[]> whole = history.rowsOf(harness.stores.liveSlices(), golden::reference);
        assertEquals(new TreeSet<>(whole.keySet()), new TreeSet<>(harness.table.keySet()));
        whole.forEach((key, value) -> {
            final byte[] published = harness.table.get(key);
            if (!Arrays.equals(value, published)) {
                assertEquals(new String(value, UTF_8), new String(published, UTF_8));
            }
        });
    }

    private static Set<String> liveKeys(GoldenCase golden, History history) {
        final List<ObjectVersion> live = new ArrayList<>();
        golden.live().values().forEach(put -> live.add(put.version()));
        return history.chunkKeys(live);
    }
}

package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.message.ObjectVersion;

/** The same version is split again, under other limits: it replaces what was split before as a whole. */
class ResplitTest {
    private static final String DAY = Pods.ORGANISATION + "|" + Pods.SOURCE + "|2025-11-03";

    private final TopologyHarness harness = new TopologyHarness();
    private final ObjectVersion version = Pods.version("a", 1);

    @AfterEach
    void close() {
        harness.close();
    }

    private Map<String, String> table() {
        final Map<String, String> rows = new TreeMap<>();
        harness.table.forEach((key, value) -> rows.put(key, new String(value, StandardCharsets.UTF_8)));
        return rows;
    }

    private static List<Map.Entry<ChunkKey, byte[]>> split(SplitLimits limits, ObjectVersion version, byte[] bytes) {
        return new ArrayList<>(Splitting.split(limits, version, bytes).entrySet());
    }

    @ParameterizedTest
    @CsvSource({"40, 1000", "1000, 40", "40, 70", "70, 40"})
    void shouldNeitherStopNorShowHalfOfASplittingAtAnyPointOfTheOther(int before, int after) {
        final byte[] bytes = Pods.many(200);
        Pods.put(harness, Pods.limits(before), version, bytes);
        harness.settle();
        final Map<String, String> expected = table();
        final int published = harness.published;
        for (final Map.Entry<ChunkKey, byte[]> record : split(Pods.limits(after), version, bytes)) {
            harness.chunk(record.getKey().toString(), record.getValue());
            harness.order(DAY, Commands.resummarise());
            harness.settle();
            assertThat(table()).isEqualTo(expected);
        }
        assertThat(harness.published).as("no row is another").isEqualTo(published);
        Pods.put(harness, Pods.limits(after), Pods.version("a", 2), Pods.many(10));
        Pods.put(harness, Pods.limits(after), Pods.version("b", 3), Pods.many(20));
        harness.settle();
        assertThat(harness.table)
                .as("8 namespaces' rows: 7 and the unallocated one")
                .hasSize(8);
        assertThat(harness.stores.chunkKeys())
                .as("of both splittings, none is left")
                .noneMatch(key -> key.contains(org.usagestreams.wire.chunk.Versions.versionId(version)));
    }

    @Test
    void shouldReturnToAnEarlierSplitting() {
        final byte[] bytes = Pods.many(200);
        Pods.put(harness, Pods.limits(40), version, bytes);
        harness.settle();
        final Map<String, String> expected = table();
        Pods.put(harness, Pods.limits(1000), version, bytes);
        harness.settle();
        Pods.put(harness, Pods.limits(40), version, bytes);
        harness.settle();
        assertThat(table()).isEqualTo(expected);
    }

    @Test
    void shouldRetractADateThatTheNewSplittingDoesNotHave() {
        Pods.put(harness, Pods.limits(40), version, Pods.onDays("2025-11-03", "2025-11-04"));
        Pods.split(harness, version, "2025-11-03", "2025-11-04");
        harness.settle();
        assertThat(harness.stores.days()).hasSize(2);
        Pods.put(harness, Pods.limits(70), version, Pods.onDays("2025-11-04"));
        Pods.split(harness, version, "2025-11-04");
        harness.settle();
        assertThat(harness.stores.daysWithRows())
                .containsExactly(Pods.ORGANISATION + "|" + Pods.SOURCE + "|2025-11-04");
        assertThat(harness.ledger.values()).singleElement().asString().contains("\"state\":\"COUNTED\"");
    }

    @Test
    void shouldWaitForAChunkThatADayHasLost() {
        final byte[] bytes = Pods.many(200);
        final List<Map.Entry<ChunkKey, byte[]>> records = split(Pods.limits(40), version, bytes);
        Pods.put(harness, Pods.limits(40), version, bytes);
        harness.settle();
        final Map<String, String> expected = table();
        harness.chunk(records.get(1).getKey().toString(), null);
        harness.order(DAY, Commands.resummarise());
        harness.advance(20_000);
        assertThat(table()).as("the rows stay as they are").isEqualTo(expected);
        assertThat(harness.dirtyDays.days()).as("the day is not done").isEqualTo(1);
        harness.chunk(records.get(1).getKey().toString(), records.get(1).getValue());
        harness.settle();
        assertThat(table()).isEqualTo(expected);
    }
}

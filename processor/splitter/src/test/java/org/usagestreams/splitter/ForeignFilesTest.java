package org.usagestreams.splitter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** Files that other programs wrote: see {@code forms/README.md}. */
class ForeignFilesTest {
    private static final ReportKey REPORT =
            new ReportKey("org", "00000000-0000-4000-8000-0000000000ee", ReportType.POD_USAGE, false);

    private static SplitResult split(String name, Map<ChunkKey, byte[]> records)
            throws IOException, RejectedObjectException {
        return new ObjectSplitter(SplitLimits.DEFAULTS)
                .split(
                        new BytesInputFile(Files.readAllBytes(Path.of("src/test/resources/forms", name))),
                        ObjectVersion.getDefaultInstance(),
                        REPORT,
                        Admission.ALL,
                        records::put);
    }

    @ParameterizedTest
    @ValueSource(strings = {"numbers.parquet", "numbers-plain.parquet"})
    void shouldConvertEveryKindOfNumber(String name) throws IOException, RejectedObjectException {
        final Map<ChunkKey, byte[]> records = new LinkedHashMap<>();
        final SplitResult result = split(name, records);
        assertEquals(Map.of(DropReason.INTERVAL_START, 1L), result.dropped());
        final Chunk chunk = ChunkCodec.decode(records.values().iterator().next());
        // Rows with equal labels stand together, those without first.
        assertArrayEquals(new double[] {Double.NaN, 1}, chunk.amounts(Columns.USAGE_CPU));
        assertArrayEquals(new double[] {-2.25, 1.125}, chunk.amounts(Columns.REQUEST_CPU));
        assertArrayEquals(new double[] {Double.NaN, 0.5}, chunk.amounts(Columns.LIMIT_CPU));
        assertArrayEquals(new double[] {1, 0x1p59}, chunk.amounts(Columns.USAGE_MEMORY));
        assertArrayEquals(new double[] {7, -5}, chunk.amounts(Columns.REQUEST_MEMORY));
        assertArrayEquals(new double[] {Double.NaN, 1.25}, chunk.amounts(Columns.LIMIT_MEMORY));
        assertArrayEquals(new double[] {4, 3e9}, chunk.amounts(Columns.NODE_CPU_CORES));
        assertArrayEquals(new String[] {"n"}, chunk.text(Columns.NODE).dictionary());
        assertArrayEquals(new int[] {0, 0}, chunk.text(Columns.RESOURCE_ID).codes());
        assertArrayEquals(new int[] {0, 1}, chunk.text(Columns.POD_LABELS).codes());
    }

    @Test
    void shouldRejectAnEncryptedFile() {
        final RejectedObjectException e =
                assertThrows(RejectedObjectException.class, () -> split("encrypted.parquet", new LinkedHashMap<>()));
        assertEquals("footer", e.place());
        assertTrue(e.getMessage().contains("ncrypt"), e.getMessage());
    }
}

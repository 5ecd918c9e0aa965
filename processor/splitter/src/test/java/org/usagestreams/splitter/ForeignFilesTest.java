package org.usagestreams.splitter;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.testkit.ParquetBytes;
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

    /** How many numbers of 16 bits there are. */
    private static final int HALVES = 1 << 16;

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

    /** With a dictionary, where few values are many rows', and without. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldReadEveryHalfPrecisionNumberExactly(boolean dictionary) throws IOException, RejectedObjectException {
        final List<Map<String, Object>> rows = new ArrayList<>();
        final double[] expected = new double[2 * HALVES];
        int finite = 0;
        for (int i = 0; i < 2 * HALVES; i++) {
            final int bits = i % HALVES;
            rows.add(Map.of(
                    Columns.INTERVAL_START,
                    1_762_153_200_000L,
                    Columns.NODE,
                    "n",
                    Columns.NAMESPACE,
                    "shop",
                    Columns.POD,
                    "web",
                    Columns.USAGE_CPU,
                    new byte[] {(byte) bits, (byte) (bits >> 8)}));
            final double value = half(bits);
            if (!Double.isInfinite(value)) {
                expected[finite++] = value;
            }
        }
        final byte[] file = ParquetBytes.write(
                "message m { required int64 interval_start (TIMESTAMP(MILLIS,true)); required binary node (STRING);"
                        + " required binary namespace (STRING); required binary pod (STRING);"
                        + " optional fixed_len_byte_array(2) pod_usage_cpu_core_seconds (FLOAT16); }",
                rows,
                builder -> builder.withDictionaryEncoding(dictionary));
        final List<Double> found = new ArrayList<>();
        final SplitResult result = new ObjectSplitter(SplitLimits.DEFAULTS)
                .split(
                        new BytesInputFile(file),
                        ObjectVersion.getDefaultInstance(),
                        REPORT,
                        Admission.ALL,
                        (key, value) -> {
                            if (!key.isEnd()) {
                                Arrays.stream(ChunkCodec.decode(value).amounts(Columns.USAGE_CPU))
                                        .forEach(found::add);
                            }
                        });
        assertEquals(Map.of(DropReason.AMOUNT, 4L), result.dropped(), "the infinite ones");
        assertArrayEquals(
                Arrays.copyOf(expected, finite),
                found.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** As IEEE 754 says, in decimals: other than the code under test does it. */
    private static double half(int bits) {
        final int exponent = (bits & 0x7c00) / 0x400;
        final int fraction = bits & 0x3ff;
        final double sign = bits < 0x8000 ? 1 : -1;
        if (exponent == 31) {
            return fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN;
        }
        return exponent == 0
                ? sign * fraction / 1024.0 * Math.pow(2, -14)
                : sign * (1 + fraction / 1024.0) * Math.pow(2, exponent - 15.0);
    }

    @Test
    void shouldRejectAnEncryptedFile() {
        final RejectedObjectException e =
                assertThrows(RejectedObjectException.class, () -> split("encrypted.parquet", new LinkedHashMap<>()));
        assertEquals("footer", e.place());
        assertTrue(e.getMessage().contains("ncrypt"), e.getMessage());
    }
}

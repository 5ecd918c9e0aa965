package org.usagestreams.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.sample.SampleOptions;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.ReportRow;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.ChunkCodec;
import org.usagestreams.wire.chunk.ChunkKey;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** What is no report, or a bad one, is refused with its reason, or read as far as the rules say. */
class BadInputTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000dd";
    private static final Instant START = Instant.parse("2025-11-03T07:00:00Z");

    private static ObjectVersion version(ReportType type) {
        return ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org/OCP/source=" + SOURCE + "/" + type.longSegment() + "/x.parquet")
                .setEtag("e")
                .build();
    }

    private static Object[] pod(Object start, String node, Object labels, Double cpu) {
        return ReportRow.pod()
                .set(Columns.INTERVAL_START, start)
                .node(node)
                .namespace("shop")
                .pod("web")
                .set(Columns.POD_LABELS, labels)
                .cpu(cpu)
                .values();
    }

    private static byte[] file(Object[]... rows) {
        return RandomReports.write(
                ReportType.POD_USAGE, SampleOptions.LabelForm.JSON, SampleOptions.TimeForm.TEXT, List.of(rows));
    }

    private static RejectedObjectException rejected(ReportType type, byte[] bytes) {
        final ObjectVersion version = version(type);
        return assertThrows(RejectedObjectException.class, () -> new ObjectSplitter(SplitLimits.DEFAULTS)
                .split(
                        new BytesInputFile(bytes),
                        version,
                        ReportKey.of(version.getKey()).orElseThrow(),
                        Admission.ALL,
                        (key, value) -> {}));
    }

    private static SplitResult split(byte[] bytes, Map<ChunkKey, byte[]> records) {
        return Splitting.splitInto(SplitLimits.DEFAULTS, version(ReportType.POD_USAGE), bytes, records);
    }

    @Test
    void shouldRejectAnObjectOfNoLength() {
        assertTrue(rejected(ReportType.POD_USAGE, new byte[0]).getMessage().contains("not a Parquet file"));
    }

    @Test
    void shouldRejectATextFile() {
        final RejectedObjectException e = rejected(
                ReportType.POD_USAGE,
                "interval_start,node\n2025-11-03,n1\n".repeat(10).getBytes(UTF_8));
        assertEquals("footer", e.place());
    }

    @Test
    void shouldRejectRandomBytesBetweenMagicNumbers() {
        for (int seed = 0; seed < 200; seed++) {
            final byte[] bytes = new byte[500];
            new Random(seed).nextBytes(bytes);
            System.arraycopy("PAR1".getBytes(UTF_8), 0, bytes, 0, 4);
            System.arraycopy("PAR1".getBytes(UTF_8), 0, bytes, 496, 4);
            // A length of the footer that fits.
            Arrays.fill(bytes, 493, 496, (byte) 0);
            rejected(ReportType.POD_USAGE, bytes);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.9, 0.999})
    void shouldRejectATruncatedFile(double part) {
        final byte[] whole = file(pod(START, "n", Map.of("app", "web"), 1.0));
        rejected(ReportType.POD_USAGE, Arrays.copyOf(whole, (int) (whole.length * part)));
    }

    @Test
    void shouldRejectOrReadAFileWithFlippedBytesButNeverFailOtherwise() throws IOException {
        final byte[] whole = file(pod(START, "n", Map.of("app", "web"), 1.0), pod(START, "m", null, 2.0));
        int rejected = 0;
        for (int seed = 0; seed < 500; seed++) {
            final Random random = new Random(seed);
            final byte[] mutated = whole.clone();
            for (int i = 0; i <= random.nextInt(4); i++) {
                mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
            }
            try {
                new ObjectSplitter(SplitLimits.DEFAULTS)
                        .split(
                                new BytesInputFile(mutated),
                                version(ReportType.POD_USAGE),
                                new ReportKey("org", SOURCE, ReportType.POD_USAGE, false),
                                Admission.ALL,
                                (key, value) -> {});
            } catch (RejectedObjectException e) {
                rejected++;
            }
        }
        assertTrue(rejected > 100, rejected + " of 500 were rejected");
    }

    @Test
    void shouldRejectAReportOfAnotherType() {
        final RejectedObjectException e = rejected(ReportType.STORAGE_USAGE, file(pod(START, "n", null, 1.0)));
        assertTrue(e.getMessage().contains("required columns are missing: persistentvolumeclaim"), e.getMessage());
    }

    @Test
    void shouldRejectAWrongTypeInAColumn() {
        // Node labels in the place of the node's name.
        final byte[] bytes = RandomReports.write(
                ReportType.NODE_LABELS,
                SampleOptions.LabelForm.MAP,
                SampleOptions.TimeForm.MILLIS,
                List.<Object[]>of(ReportRow.of(ReportType.NODE_LABELS)
                        .start(START)
                        .node("n")
                        .set(Columns.NODE_LABELS, Map.of("a", "b"))
                        .values()));
        final byte[] renamed = replace(replace(bytes, "node_labels", "nude_labels"), "node", "nade");
        final RejectedObjectException e = rejected(
                ReportType.NODE_LABELS, replace(replace(renamed, "nude_labels", "xxxxxxxxxxx"), "nade", "node"));
        assertTrue(e.getMessage().contains("node_labels"), e.getMessage());
    }

    /** Names in a Parquet file's footer are plain text. */
    private static byte[] replace(byte[] bytes, String from, String to) {
        final String latin = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1);
        return latin.replace(from, to).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
    }

    @Test
    void shouldRejectNumbersWhereTimesBelong() {
        final byte[] bytes = RandomReports.write(
                ReportType.POD_USAGE,
                SampleOptions.LabelForm.JSON,
                SampleOptions.TimeForm.MILLIS,
                List.<Object[]>of(pod(START, "n", null, 1.0)));
        // The usage column takes the time's name, and the time one that is not read.
        final byte[] swapped =
                replace(replace(bytes, "interval_start", "interval_stort"), "pod_limit_cpu_", "interval_start");
        final RejectedObjectException e = rejected(ReportType.POD_USAGE, swapped);
        assertTrue(e.getMessage().contains("interval_start"), e.getMessage());
    }

    @Test
    void shouldReadAFileWithoutRows() {
        final Map<ChunkKey, byte[]> records = new LinkedHashMap<>();
        final SplitResult result = split(file(), records);
        assertEquals(0, result.rows());
        assertEquals(Map.of(), records);
    }

    @Test
    void shouldDropRowsWithTheirReason() {
        final SplitResult result = split(
                file(
                        pod(START, "n", null, 1.0),
                        pod("not a time", "n", null, 1.0),
                        pod(null, "n", null, 1.0),
                        pod(START, null, null, 1.0),
                        pod(START, "", null, 1.0),
                        pod(START, "x".repeat(5000), null, 1.0),
                        pod(START, "n", null, 1.1e18),
                        pod(START, "n", null, Double.NEGATIVE_INFINITY),
                        pod(START, "n", null, Double.NaN)),
                new LinkedHashMap<>());
        assertEquals(
                Map.of(
                        DropReason.INTERVAL_START, 2L,
                        DropReason.NAME_MISSING, 2L,
                        DropReason.NAME_TOO_LONG, 1L,
                        DropReason.AMOUNT, 2L),
                result.dropped());
        assertEquals(9, result.rows());
    }

    @Test
    void shouldReadLabelsOfTenMegabytesAsUnreadable() {
        final Map<ChunkKey, byte[]> records = new LinkedHashMap<>();
        final SplitResult result = split(
                file(
                        pod(START, "n", Map.of("app", "x".repeat(10 << 20)), 1.0),
                        pod(START, "n", Map.of("app", "web"), 2.0)),
                records);
        assertEquals(1, result.unreadableLabels());
        final Chunk chunk = ChunkCodec.decode(records.values().iterator().next());
        assertEquals(2, chunk.rows());
        assertEquals(
                List.of("{\"app\":\"web\"}"),
                List.of(chunk.text(Columns.POD_LABELS).dictionary()));
    }

    @Test
    void shouldSplitAMillionDistinctLabelsIntoBoundedChunks() {
        final List<Object[]> rows = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            rows.add(pod(START, "n", Map.of("app", "a" + i), 1.0));
        }
        final Map<ChunkKey, byte[]> records = new LinkedHashMap<>();
        final SplitResult result = split(file(rows.toArray(Object[][]::new)), records);
        assertEquals(1_000_000, result.rows());
        assertTrue(result.chunks() >= 100, result.chunks() + " chunks");
        records.values().forEach(value -> assertTrue(value.length < SplitLimits.DEFAULTS.chunkBytes()));
    }

    @Test
    void shouldGiveTheSameBytesForTheSameObject() {
        final byte[] bytes = RandomReports.draw(new Random(1), ReportType.POD_USAGE);
        final Map<ChunkKey, byte[]> a = new LinkedHashMap<>();
        final Map<ChunkKey, byte[]> b = new LinkedHashMap<>();
        split(bytes, a);
        split(bytes, b);
        assertEquals(a.keySet(), b.keySet());
        a.forEach((key, value) -> assertTrue(Arrays.equals(value, b.get(key)), key.toString()));
    }
}

package org.usagestreams.splitter;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.junit.jupiter.api.Test;
import org.usagestreams.splitter.testing.RawReport;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.testkit.ParquetBytes;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** Files that are made to cost memory, stack or time are refused before they do. */
class HostileFileTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000dd";
    private static final int BILLION = 1_000_000_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static SplitResult split(byte[] bytes) throws IOException, RejectedObjectException {
        final ObjectVersion version = ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org/OCP/source=" + SOURCE + "/" + ReportType.POD_USAGE.longSegment() + "/x.parquet")
                .setEtag("e")
                .build();
        return new ObjectSplitter(SplitLimits.DEFAULTS)
                .split(
                        new BytesInputFile(bytes),
                        version,
                        new ReportKey("org", SOURCE, ReportType.POD_USAGE, false),
                        Admission.ALL,
                        (key, value) -> {});
    }

    /** Refused, having allocated no more than so many MiB. */
    private RejectedObjectException refused(byte[] bytes, int mebibytes) {
        final long before = threads.getCurrentThreadAllocatedBytes();
        final RejectedObjectException e = assertThrows(RejectedObjectException.class, () -> split(bytes));
        final long used = (threads.getCurrentThreadAllocatedBytes() - before) >> 20;
        assertTrue(used <= mebibytes, "it made the splitter allocate " + used + " MiB: " + e.getMessage());
        return e;
    }

    @Test
    void shouldRefuseAFooterWhoseListClaimsABillionElements() throws IOException {
        // Compact protocol: field 1 version, field 2 a list of structs whose length is a billion.
        final byte[] footer = {
            0x15, 0x02, 0x19, (byte) 0xfc, (byte) 0x80, (byte) 0x94, (byte) 0xeb, (byte) 0xdc, 0x03, 0
        };
        refused(RawReport.file(new byte[0], footer), 64);
    }

    @Test
    void shouldRefuseASchemaOfAHundredThousandLevels() throws IOException {
        final List<SchemaElement> schema = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            schema.add(RawReport.group("g", 1));
        }
        schema.add(RawReport.leaf(ReportType.POD_USAGE.columns().get(0)));
        refused(RawReport.file(new byte[0], RawReport.footer(new FileMetaData(1, schema, 0, List.of()))), 256);
    }

    @Test
    void shouldRefuseAFooterThatIsTooLarge() throws IOException {
        final byte[] footer = new byte[SplitLimits.DEFAULTS.footerBytes() + 1];
        final RejectedObjectException e = refused(RawReport.file(new byte[0], footer), 16);
        assertTrue(e.getMessage().contains("splitter.footer.bytes"), e.getMessage());
    }

    @Test
    void shouldRefuseADictionaryThatClaimsABillionEntries() throws IOException {
        final Map<String, List<byte[]>> pages = new HashMap<>();
        pages.put("", List.of(RawReport.dictionary(BILLION, new byte[16]), RawReport.nulls(10)));
        final RejectedObjectException e = refused(
                RawReport.of(10, pages, column -> column.setDictionary_page_offset(column.getData_page_offset())), 64);
        assertTrue(e.getMessage().contains("dictionary"), e.getMessage());
    }

    @Test
    void shouldRefuseBillionsOfValuesFromAFewBytes() throws IOException {
        final Map<String, List<byte[]>> pages = Map.of("", List.of(RawReport.nulls(BILLION)));
        final RejectedObjectException e = refused(RawReport.of(BILLION, pages, column -> {}), 64);
        assertTrue(e.getMessage().contains("splitter.object.values"), e.getMessage());
    }

    @Test
    void shouldRefuseAPageThatClaimsMoreValuesThanItsColumn() throws IOException {
        final Map<String, List<byte[]>> pages = Map.of("", List.of(RawReport.nulls(BILLION)));
        refused(RawReport.of(10, pages, column -> {}), 64);
    }

    @Test
    void shouldRefuseAPageThatUnpacksToMoreThanTheLimit() throws IOException {
        final byte[] bomb = RawReport.gzip(new byte[100 << 20]);
        assertTrue(bomb.length < 200_000);
        for (final int claimed : new int[] {100, 100 << 20, Integer.MAX_VALUE}) {
            final PageHeader header = new PageHeader(PageType.DATA_PAGE, claimed, bomb.length);
            header.setData_page_header(new DataPageHeader(10, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
            refused(RawReport.of(10, Map.of("", List.of(RawReport.page(header, bomb))), column -> {}), 160);
        }
    }

    @Test
    void shouldRefuseManyPagesThatTogetherUnpackToMoreThanTheLimit() throws IOException {
        final RejectedObjectException e =
                refused(RawReport.of(10, Map.of("", List.of(RawReport.nulls(10, 60 << 20))), column -> {}), 400);
        assertTrue(e.getMessage().contains("splitter.object.memory.bytes"), e.getMessage());
    }

    /** Refused with these words, having allocated no more than so many MiB. */
    private void refused(byte[] bytes, int mebibytes, String... words) {
        final String message = refused(bytes, mebibytes).getMessage();
        for (final String word : words) {
            assertTrue(message.contains(word), message);
        }
    }

    /** A footer of which a field is a list, whose element is a struct of which a field is a list, and so on. */
    @Test
    void shouldRefuseAFooterWhoseListsClaimMillionsWithinEachOther() {
        // Row groups, columns, path in schema: 20,000,000 elements each.
        final byte[] many = {(byte) 0x80, (byte) 0xda, (byte) 0xc4, 0x09};
        final ByteArrayOutputStream footer = new ByteArrayOutputStream();
        for (final int[] field : new int[][] {{0x49, 0xfc}, {0x19, 0xfc}, {0x3c}, {0x39, 0xf8}}) {
            for (final int head : field) {
                footer.write(head);
            }
            if (field.length > 1) {
                footer.writeBytes(many);
            }
        }
        refused(RawReport.file(new byte[0], footer.toByteArray()), 16, "its footer claims a list of 20000000 elements");
    }

    @Test
    void shouldRefuseAFooterOfAMillionRowGroups() throws IOException {
        final List<RowGroup> rowGroups = Collections.nCopies(1_000_000, new RowGroup(List.of(), 0, 0));
        final List<SchemaElement> schema = List.of(
                RawReport.group("m", 1),
                RawReport.leaf(ReportType.POD_USAGE.columns().get(0)));
        refused(
                RawReport.file(new byte[0], RawReport.footer(new FileMetaData(1, schema, 0, rowGroups))),
                64,
                "splitter.object.memory.bytes");
    }

    @Test
    void shouldRefuseAColumnThatClaimsBytesOutsideOfTheObject() throws IOException {
        final Map<String, List<byte[]>> pages = Map.of("", List.of(RawReport.nulls(10)));
        final byte[] bytes = RawReport.of(10, pages, column -> column.setTotal_compressed_size(150 << 20));
        refused(bytes, 16, "column interval_start claims 157286400 bytes at", "outside the object's");
    }

    @Test
    void shouldRefuseAColumnOfFewerValuesThanRows() throws IOException {
        final Map<String, List<byte[]>> pages = Map.of("", List.of(RawReport.nulls(10)));
        refused(
                RawReport.of(10, pages, column -> column.setNum_values(9)),
                16,
                "column interval_start claims 9 values of 10 rows");
    }

    /** Each takes some 40 bytes, and several times that in memory. */
    @Test
    void shouldPassOverPagesWithoutValues() throws IOException {
        final byte[] empty = RawReport.dataPage(0, Encoding.PLAIN, new byte[0]);
        final byte[] data = RawReport.nulls(10);
        final ByteBuffer pages = ByteBuffer.allocate(empty.length * 100_000 + data.length);
        for (int i = 0; i < 100_000; i++) {
            pages.put(empty);
        }
        pages.put(data);
        final Map<String, List<byte[]>> columns = Map.of("", List.of(data), Columns.POD, List.of(pages.array()));
        final SplitResult result = assertDoesNotThrow(() -> split(RawReport.of(10, columns, column -> {})));
        assertEquals(10, result.rows());
    }

    private static byte[] levels(byte[] levels, byte[] values) {
        return ByteBuffer.allocate(4 + levels.length + values.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(levels.length)
                .put(levels)
                .put(values)
                .array();
    }

    private static byte[] numbers(long... numbers) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (final long number : numbers) {
            RawReport.varint(out, number);
        }
        return out.toByteArray();
    }

    private static byte[] report(Encoding encoding, byte[] body) throws IOException {
        final Map<String, List<byte[]>> pages =
                Map.of("", List.of(RawReport.nulls(10)), Columns.POD, List.of(RawReport.dataPage(10, encoding, body)));
        return RawReport.of(10, pages, column -> {});
    }

    @Test
    void shouldRefuseARunOfMoreValuesThanItsPageHas() throws IOException {
        final byte[] packed = numbers((1L << 26) << 1 | 1);
        refused(
                report(Encoding.PLAIN, levels(packed, new byte[0])),
                16,
                "a page of 10 values claims 536870912 at once");
    }

    @Test
    void shouldRefuseABlockOfMoreDifferencesThanItsPageHas() throws IOException {
        final byte[] block = numbers(128, 4, 100_000_000, 0);
        refused(
                report(Encoding.DELTA_LENGTH_BYTE_ARRAY, levels(RawReport.run(10, 1), block)),
                16,
                "a page of 10 values claims 100000000 at once");
    }

    @Test
    void shouldRefuseABlockThatIsFilledUpToGigabytes() throws IOException {
        final byte[] block = numbers(1 << 30, 1, 10, 0, 0, 0);
        refused(
                report(Encoding.DELTA_LENGTH_BYTE_ARRAY, levels(RawReport.run(10, 1), block)),
                16,
                "splitter.object.memory.bytes");
    }

    @Test
    void shouldRefuseAPrefixThatIsLongerThanTheValueBefore() throws IOException {
        // One value each: a prefix of 100,000,000 bytes, and none behind it.
        final byte[] blocks = numbers(128, 4, 1, 200_000_000, 128, 4, 1, 0);
        refused(
                report(Encoding.DELTA_BYTE_ARRAY, levels(RawReport.run(10, 1), blocks)),
                16,
                "a value shares 100000000 bytes with one of 0");
    }

    @Test
    void shouldReadADecimalOfMegabytesInNoTime() throws Exception {
        final byte[] digits = new byte[1 << 20];
        Arrays.fill(digits, (byte) 0x55);
        final byte[] bytes = ParquetBytes.write(
                "message m { optional int64 interval_start (TIMESTAMP(MILLIS,true)); optional binary node (STRING);"
                        + " optional binary namespace (STRING); optional binary pod (STRING);"
                        + " optional binary pod_usage_cpu_core_seconds (DECIMAL(38,2)); }",
                List.of(Map.of(Columns.INTERVAL_START, 1L, Columns.NODE, "n", Columns.USAGE_CPU, digits)),
                builder -> builder);
        final long before = threads.getCurrentThreadCpuTime();
        final SplitResult result = split(bytes);
        assertEquals(Map.of(DropReason.AMOUNT, 1L), result.dropped());
        assertTrue(threads.getCurrentThreadCpuTime() - before < 5_000_000_000L);
    }

    @Test
    void shouldTakeNoSourceThatFollowsTheFirst() {
        final String other = "11111111-1111-4111-8111-111111111111";
        final String before = "data/org/OCP/source=" + SOURCE + "/";
        final String after = ReportType.POD_USAGE.longSegment() + "/x.parquet";
        for (final String tail : List.of("../source=" + other + "/", "source=" + other + "/")) {
            assertTrue(ReportKey.of(before + tail + after).isEmpty(), tail);
        }
        assertEquals(
                SOURCE,
                ReportKey.of(before + "..%2Fsource=" + other + "/" + after)
                        .orElseThrow()
                        .source());
    }
}

package org.usagestreams.splitter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.BytesInputFile;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.ReportKey;

/** Files that are made to cost memory, stack or time are refused before they do. */
class HostileFileTest {
    private static final String SOURCE = "00000000-0000-4000-8000-0000000000dd";
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final int BILLION = 1_000_000_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** Refused, having allocated no more than so many MiB. */
    private RejectedObjectException refused(byte[] bytes, int mebibytes) {
        final ObjectVersion version = ObjectVersion.newBuilder()
                .setBucket("reports")
                .setKey("data/org/OCP/source=" + SOURCE + "/" + ReportType.POD_USAGE.longSegment() + "/x.parquet")
                .setEtag("e")
                .build();
        final long before = threads.getCurrentThreadAllocatedBytes();
        final RejectedObjectException e =
                assertThrows(RejectedObjectException.class, () -> new ObjectSplitter(SplitLimits.DEFAULTS)
                        .split(
                                new BytesInputFile(bytes),
                                version,
                                new ReportKey("org", SOURCE, ReportType.POD_USAGE, false),
                                Admission.ALL,
                                (key, value) -> {}));
        final long used = (threads.getCurrentThreadAllocatedBytes() - before) >> 20;
        assertTrue(used <= mebibytes, "it made the splitter allocate " + used + " MiB: " + e.getMessage());
        return e;
    }

    private static byte[] file(byte[] pages, byte[] footer) {
        final ByteBuffer file =
                ByteBuffer.allocate(4 + pages.length + footer.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        return file.put(MAGIC)
                .put(pages)
                .put(footer)
                .putInt(footer.length)
                .put(MAGIC)
                .array();
    }

    private static byte[] footer(FileMetaData metaData) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        Util.writeFileMetaData(metaData, out);
        return out.toByteArray();
    }

    private static SchemaElement group(String name, int children) {
        final SchemaElement element = new SchemaElement(name);
        element.setNum_children(children);
        element.setRepetition_type(FieldRepetitionType.OPTIONAL);
        return element;
    }

    private static SchemaElement leaf(ColumnSpec column) {
        final SchemaElement element = new SchemaElement(column.name());
        element.setType(column.kind() == ColumnSpec.Kind.AMOUNT ? Type.DOUBLE : Type.BYTE_ARRAY);
        element.setRepetition_type(FieldRepetitionType.OPTIONAL);
        if (column.kind() != ColumnSpec.Kind.AMOUNT) {
            element.setConverted_type(org.apache.parquet.format.ConvertedType.UTF8);
        }
        return element;
    }

    /** A pod report with one row group; each column has these pages, and may be changed. */
    private static byte[] report(long rows, Map<String, List<byte[]>> pages, Consumer<ColumnMetaData> change)
            throws IOException {
        final List<SchemaElement> schema = new ArrayList<>();
        final List<ColumnSpec> columns = ReportType.POD_USAGE.columns();
        schema.add(group("schema", columns.size()));
        final ByteArrayOutputStream body = new ByteArrayOutputStream();
        final List<ColumnChunk> chunks = new ArrayList<>();
        for (final ColumnSpec column : columns) {
            schema.add(leaf(column));
            final long start = 4L + body.size();
            for (final byte[] page : pages.getOrDefault(column.name(), pages.get(""))) {
                body.write(page);
            }
            final ColumnMetaData metaData = new ColumnMetaData(
                    column.kind() == ColumnSpec.Kind.AMOUNT ? Type.DOUBLE : Type.BYTE_ARRAY,
                    List.of(Encoding.PLAIN, Encoding.RLE),
                    List.of(column.name()),
                    CompressionCodec.GZIP,
                    rows,
                    4L + body.size() - start,
                    4L + body.size() - start,
                    start);
            change.accept(metaData);
            final ColumnChunk chunk = new ColumnChunk(start);
            chunk.setMeta_data(metaData);
            chunks.add(chunk);
        }
        final RowGroup rowGroup = new RowGroup(chunks, body.size(), rows);
        return file(body.toByteArray(), footer(new FileMetaData(1, schema, rows, List.of(rowGroup))));
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (java.util.zip.GZIPOutputStream gzip = new java.util.zip.GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    private static byte[] page(PageHeader header, byte[] compressed) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        Util.writePageHeader(header, out);
        out.write(compressed);
        return out.toByteArray();
    }

    /** A page of nulls: as many as it claims, from a run of a few bytes. */
    private static byte[] nulls(int values) throws IOException {
        return nulls(values, 0);
    }

    /** The same with bytes behind it that nobody reads. */
    private static byte[] nulls(int values, int behind) throws IOException {
        final ByteArrayOutputStream levels = new ByteArrayOutputStream();
        long run = (long) values << 1;
        while (run >= 0x80) {
            levels.write((int) ((run & 0x7f) | 0x80));
            run >>>= 7;
        }
        levels.write((int) run);
        levels.write(0);
        final byte[] body = ByteBuffer.allocate(4 + levels.size() + behind)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(levels.size())
                .put(levels.toByteArray())
                .array();
        final byte[] compressed = gzip(body);
        final PageHeader header = new PageHeader(PageType.DATA_PAGE, body.length, compressed.length);
        header.setData_page_header(new DataPageHeader(values, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
        return page(header, compressed);
    }

    private static byte[] dictionary(int entries, byte[] body) throws IOException {
        final byte[] compressed = gzip(body);
        final PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, body.length, compressed.length);
        header.setDictionary_page_header(new DictionaryPageHeader(entries, Encoding.PLAIN));
        return page(header, compressed);
    }

    @Test
    void shouldRefuseAFooterWhoseListClaimsABillionElements() throws IOException {
        // Compact protocol: field 1 version, field 2 a list of structs whose length is a billion.
        final byte[] footer = {
            0x15, 0x02, 0x19, (byte) 0xfc, (byte) 0x80, (byte) 0x94, (byte) 0xeb, (byte) 0xdc, 0x03, 0
        };
        refused(file(new byte[0], footer), 64);
    }

    @Test
    void shouldRefuseASchemaOfAHundredThousandLevels() throws IOException {
        final List<SchemaElement> schema = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            schema.add(group("g", 1));
        }
        schema.add(leaf(ReportType.POD_USAGE.columns().get(0)));
        refused(file(new byte[0], footer(new FileMetaData(1, schema, 0, List.of()))), 256);
    }

    @Test
    void shouldRefuseAFooterThatIsTooLarge() throws IOException {
        final byte[] footer = new byte[SplitLimits.DEFAULTS.footerBytes() + 1];
        final RejectedObjectException e = refused(file(new byte[0], footer), 16);
        assertTrue(e.getMessage().contains("splitter.footer.bytes"), e.getMessage());
    }

    @Test
    void shouldRefuseADictionaryThatClaimsABillionEntries() throws IOException {
        final Map<String, List<byte[]>> pages = new HashMap<>();
        pages.put("", List.of(dictionary(BILLION, new byte[16]), nulls(10)));
        final RejectedObjectException e = refused(
                report(10, pages, column -> column.setDictionary_page_offset(column.getData_page_offset())), 64);
        assertTrue(e.getMessage().contains("dictionary"), e.getMessage());
    }

    @Test
    void shouldRefuseBillionsOfValuesFromAFewBytes() throws IOException {
        final Map<String, List<byte[]>> pages = Map.of("", List.of(nulls(BILLION)));
        final RejectedObjectException e = refused(report(BILLION, pages, column -> {}), 64);
        assertTrue(e.getMessage().contains("splitter.object.values"), e.getMessage());
    }

    @Test
    void shouldRefuseAPageThatClaimsMoreValuesThanItsColumn() throws IOException {
        final Map<String, List<byte[]>> pages = Map.of("", List.of(nulls(BILLION)));
        refused(report(10, pages, column -> {}), 64);
    }

    @Test
    void shouldRefuseAPageThatUnpacksToMoreThanTheLimit() throws IOException {
        final byte[] bomb = gzip(new byte[100 << 20]);
        assertTrue(bomb.length < 200_000);
        for (final int claimed : new int[] {100, 100 << 20, Integer.MAX_VALUE}) {
            final PageHeader header = new PageHeader(PageType.DATA_PAGE, claimed, bomb.length);
            header.setData_page_header(new DataPageHeader(10, Encoding.PLAIN, Encoding.RLE, Encoding.RLE));
            refused(report(10, Map.of("", List.of(page(header, bomb))), column -> {}), 160);
        }
    }

    @Test
    void shouldRefuseManyPagesThatTogetherUnpackToMoreThanTheLimit() throws IOException {
        final RejectedObjectException e =
                refused(report(10, Map.of("", List.of(nulls(10, 60 << 20))), column -> {}), 400);
        assertTrue(e.getMessage().contains("splitter.pages.bytes"), e.getMessage());
    }

    @Test
    void shouldTakeTheFirstSourceOfAKeyWhateverFollows() {
        final String other = "11111111-1111-4111-8111-111111111111";
        for (final String tail :
                List.of("../source=" + other + "/", "source=" + other + "/", "..%2Fsource=" + other + "/")) {
            final String key =
                    "data/org/OCP/source=" + SOURCE + "/" + tail + ReportType.POD_USAGE.longSegment() + "/x.parquet";
            assertEquals(SOURCE, ReportKey.of(key).orElseThrow().source());
        }
    }
}

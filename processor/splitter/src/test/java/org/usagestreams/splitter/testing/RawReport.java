package org.usagestreams.splitter.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.format.ColumnChunk;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.ConvertedType;
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
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.ReportType;

/** Parquet files that are put together page by page, so that they can say anything. */
public final class RawReport {
    private static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);

    private RawReport() {}

    /** A file of these pages and this footer. */
    public static byte[] file(byte[] pages, byte[] footer) {
        final ByteBuffer file =
                ByteBuffer.allocate(4 + pages.length + footer.length + 8).order(ByteOrder.LITTLE_ENDIAN);
        return file.put(MAGIC)
                .put(pages)
                .put(footer)
                .putInt(footer.length)
                .put(MAGIC)
                .array();
    }

    /** A footer's bytes. */
    public static byte[] footer(FileMetaData metaData) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        Util.writeFileMetaData(metaData, out);
        return out.toByteArray();
    }

    /** An optional group. */
    public static SchemaElement group(String name, int children) {
        final SchemaElement element = new SchemaElement(name);
        element.setNum_children(children);
        element.setRepetition_type(FieldRepetitionType.OPTIONAL);
        return element;
    }

    /** A report's column as a leaf. */
    public static SchemaElement leaf(ColumnSpec column) {
        final SchemaElement element = new SchemaElement(column.name());
        element.setType(column.kind() == ColumnSpec.Kind.AMOUNT ? Type.DOUBLE : Type.BYTE_ARRAY);
        element.setRepetition_type(FieldRepetitionType.OPTIONAL);
        if (column.kind() != ColumnSpec.Kind.AMOUNT) {
            element.setConverted_type(ConvertedType.UTF8);
        }
        return element;
    }

    /** A pod report with one row group; each column has these pages, and may be changed. */
    public static byte[] of(long rows, Map<String, List<byte[]>> pages, Consumer<ColumnMetaData> change)
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

    /** Compressed bytes. */
    public static byte[] gzip(byte[] bytes) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /** A page behind its header. */
    public static byte[] page(PageHeader header, byte[] compressed) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        Util.writePageHeader(header, out);
        out.write(compressed);
        return out.toByteArray();
    }

    /** A page of nulls: as many as it claims, from a run of a few bytes. */
    public static byte[] nulls(int values) throws IOException {
        return nulls(values, 0);
    }

    /** The same with bytes behind it that nobody reads. */
    public static byte[] nulls(int values, int behind) throws IOException {
        final byte[] levels = run(values, 0);
        return dataPage(
                values,
                Encoding.PLAIN,
                ByteBuffer.allocate(4 + levels.length + behind)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(levels.length)
                        .put(levels)
                        .array());
    }

    /** A data page of the first version: levels by runs, then values. */
    public static byte[] dataPage(int values, Encoding encoding, byte[] body) throws IOException {
        final byte[] compressed = gzip(body);
        final PageHeader header = new PageHeader(PageType.DATA_PAGE, body.length, compressed.length);
        header.setData_page_header(new DataPageHeader(values, encoding, Encoding.RLE, Encoding.RLE));
        return page(header, compressed);
    }

    /** A run of one value, of at most 8 bits. */
    public static byte[] run(int count, int value) {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        varint(out, (long) count << 1);
        out.write(value);
        return out.toByteArray();
    }

    /** An unsigned number of as many bytes as it needs, 7 bits in each. */
    public static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while (rest >>> 7 != 0) {
            out.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    /** A report of so many equal rows, each column a run of a few bytes. */
    public static byte[] ofEqualRows(int rows) throws IOException {
        final Map<String, List<byte[]>> pages = new HashMap<>();
        final Map<String, Integer> dictionaries = new HashMap<>();
        final byte[] present = run(rows, 1);
        final byte[] first = run(rows, 0);
        final byte[] data = dataPage(
                rows,
                Encoding.RLE_DICTIONARY,
                ByteBuffer.allocate(4 + present.length + 1 + first.length)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(present.length)
                        .put(present)
                        // Bits of an id.
                        .put((byte) 1)
                        .put(first)
                        .array());
        for (final ColumnSpec column : ReportType.POD_USAGE.columns()) {
            final byte[] dictionary = dictionary(1, plain(column));
            dictionaries.put(column.name(), dictionary.length);
            pages.put(column.name(), List.of(dictionary, data));
        }
        return of(rows, pages, column -> {
            column.setDictionary_page_offset(column.getData_page_offset());
            column.setData_page_offset(column.getData_page_offset()
                    + dictionaries.get(column.getPath_in_schema().get(0)));
        });
    }

    /** A value that the column can have. */
    private static byte[] plain(ColumnSpec column) {
        final String text =
                switch (column.kind()) {
                    case TIME -> "2026-11-01 00:00:00 +0000 UTC";
                    case LABELS -> "{}";
                    case NAME -> "n";
                    case AMOUNT -> null;
                };
        if (text == null) {
            return ByteBuffer.allocate(Double.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putDouble(1.5)
                    .array();
        }
        return ByteBuffer.allocate(4 + text.length())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(text.length())
                .put(text.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    /** A dictionary page that claims so many entries. */
    public static byte[] dictionary(int entries, byte[] body) throws IOException {
        final byte[] compressed = gzip(body);
        final PageHeader header = new PageHeader(PageType.DICTIONARY_PAGE, body.length, compressed.length);
        header.setDictionary_page_header(new DictionaryPageHeader(entries, Encoding.PLAIN));
        return page(header, compressed);
    }
}

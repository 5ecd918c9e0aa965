package org.usagestreams.splitter.testing;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.parquet.format.ColumnMetaData;
import org.apache.parquet.format.CompressionCodec;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.FieldRepetitionType;
import org.apache.parquet.format.FileMetaData;
import org.apache.parquet.format.RowGroup;
import org.apache.parquet.format.SchemaElement;
import org.apache.parquet.format.Statistics;
import org.apache.parquet.format.Type;
import org.apache.parquet.format.Util;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.ReportType;

/** Files that can be parsed, and whose figures are not true: those of the footer, or those of pages. */
final class LyingFile {
    private static final long[] CLAIMS = {
        0, 1, 7, 8, 9, 100, 1_000, 1 << 20, 100_000_000, 1 << 30, Integer.MAX_VALUE, (1L << 32) - 1, 1L << 40,
    };

    private final Random random;

    LyingFile(Random random) {
        this.random = random;
    }

    /** The file with other figures in its footer. */
    byte[] withFooter(byte[] honest) throws IOException {
        final int length = ByteBuffer.wrap(honest, honest.length - 8, 4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .getInt();
        final int end = honest.length - 8 - length;
        final FileMetaData footer = Util.readFileMetaData(new ByteArrayInputStream(honest, end, length));
        for (int i = random.nextInt(3); i >= 0; i--) {
            lie(footer);
        }
        return RawReport.file(Arrays.copyOfRange(honest, 4, end), RawReport.footer(footer));
    }

    private void lie(FileMetaData footer) {
        final List<RowGroup> groups = footer.getRow_groups();
        if (groups.isEmpty() || random.nextInt(6) == 0) {
            lie(footer.getSchema().get(random.nextInt(footer.getSchema().size())));
            return;
        }
        final RowGroup group = groups.get(random.nextInt(groups.size()));
        switch (random.nextInt(5)) {
            case 0 -> group.setNum_rows(claim());
            case 1 -> {
                // The same bytes again and again.
                final List<RowGroup> more = new ArrayList<>(groups);
                more.addAll(Collections.nCopies(random.nextInt(2_000), group));
                footer.setRow_groups(more);
            }
            default ->
                lie(group.getColumns()
                        .get(random.nextInt(group.getColumns().size()))
                        .getMeta_data());
        }
    }

    private void lie(ColumnMetaData column) {
        switch (random.nextInt(8)) {
            case 0 -> column.setTotal_uncompressed_size(claim());
            case 1 -> column.setTotal_compressed_size(claim());
            case 2 -> column.setNum_values(claim());
            case 3 -> column.setData_page_offset(claim());
            case 4 -> column.setDictionary_page_offset(claim());
            case 5 -> column.setCodec(pick(CompressionCodec.values()));
            case 6 ->
                column.setStatistics(new Statistics().setNull_count(claim()).setMax(new byte[random.nextInt(99)]));
            default -> column.setType(pick(Type.values()));
        }
    }

    private void lie(SchemaElement element) {
        switch (random.nextInt(4)) {
            case 0 -> element.setType(pick(Type.values()));
            case 1 -> element.setType_length((int) claim());
            case 2 -> element.setRepetition_type(pick(FieldRepetitionType.values()));
            default -> element.setNum_children((int) claim());
        }
    }

    private <T> T pick(T[] values) {
        return values[random.nextInt(values.length)];
    }

    private long claim() {
        final long claim = CLAIMS[random.nextInt(CLAIMS.length)];
        return random.nextInt(8) == 0 ? -claim : claim;
    }

    /** A report whose pages have runs, blocks, prefixes and ids of any length, whatever their bytes hold. */
    byte[] withPages() throws IOException {
        final int rows = 1 + random.nextInt(random.nextBoolean() ? 100 : 200_000);
        final Map<String, List<byte[]>> pages = new HashMap<>();
        final Map<String, Integer> dictionaries = new HashMap<>();
        for (final ColumnSpec column : ReportType.POD_USAGE.columns()) {
            if (random.nextBoolean()) {
                pages.put(column.name(), List.of(RawReport.nulls(rows)));
                continue;
            }
            final Encoding encoding = encoding(column);
            final ByteArrayOutputStream levels = new ByteArrayOutputStream();
            if (random.nextInt(4) == 0) {
                runs(levels);
            } else {
                levels.write(RawReport.run(rows, 1));
            }
            final ByteArrayOutputStream body = new ByteArrayOutputStream();
            body.write(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(levels.size())
                    .array());
            body.write(levels.toByteArray());
            values(body, encoding);
            final byte[] data = RawReport.dataPage(rows, encoding, body.toByteArray());
            if (encoding == Encoding.RLE_DICTIONARY) {
                final byte[] dictionary = RawReport.dictionary(1 + random.nextInt(3), new byte[24]);
                dictionaries.put(column.name(), dictionary.length);
                pages.put(column.name(), List.of(dictionary, data));
            } else {
                pages.put(column.name(), List.of(data));
            }
        }
        return RawReport.of(rows, pages, column -> {
            final Integer dictionary =
                    dictionaries.get(column.getPath_in_schema().get(0));
            if (dictionary != null) {
                column.setDictionary_page_offset(column.getData_page_offset());
                column.setData_page_offset(column.getData_page_offset() + dictionary);
            }
        });
    }

    private Encoding encoding(ColumnSpec column) {
        final List<Encoding> encodings = column.kind() == ColumnSpec.Kind.AMOUNT
                ? List.of(Encoding.PLAIN, Encoding.RLE_DICTIONARY, Encoding.BYTE_STREAM_SPLIT)
                : List.of(
                        Encoding.PLAIN,
                        Encoding.RLE_DICTIONARY,
                        Encoding.DELTA_LENGTH_BYTE_ARRAY,
                        Encoding.DELTA_BYTE_ARRAY);
        return encodings.get(random.nextInt(encodings.size()));
    }

    private void values(ByteArrayOutputStream body, Encoding encoding) {
        switch (encoding) {
            case RLE_DICTIONARY -> {
                body.write(random.nextInt(4));
                runs(body);
            }
            case DELTA_LENGTH_BYTE_ARRAY -> block(body);
            case DELTA_BYTE_ARRAY -> {
                block(body);
                block(body);
            }
            default -> noise(body, random.nextInt(400));
        }
        noise(body, random.nextInt(40));
    }

    private void runs(ByteArrayOutputStream out) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            RawReport.varint(out, Math.abs(claim()) & 0xffff_ffffL);
            noise(out, random.nextInt(4));
        }
    }

    /** The head of a block of differences, and some of it. */
    private void block(ByteArrayOutputStream out) {
        final boolean usual = random.nextBoolean();
        RawReport.varint(out, usual ? 128 : Math.abs(claim()) & 0xffff_ffffL);
        RawReport.varint(out, usual ? 4 : Math.abs(claim()) & 0xffff_ffffL);
        RawReport.varint(out, Math.abs(claim()) & 0xffff_ffffL);
        RawReport.varint(out, Math.abs(claim()));
        noise(out, random.nextInt(20));
    }

    private void noise(ByteArrayOutputStream out, int length) {
        final byte[] noise = new byte[length];
        if (random.nextBoolean()) {
            random.nextBytes(noise);
        }
        out.writeBytes(noise);
    }
}

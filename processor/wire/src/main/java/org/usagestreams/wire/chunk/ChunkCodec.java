package org.usagestreams.wire.chunk;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.usagestreams.wire.message.AmountColumn;
import org.usagestreams.wire.message.RowChunk;
import org.usagestreams.wire.message.Slice;
import org.usagestreams.wire.message.TextColumn;
import org.usagestreams.wire.message.TimeColumn;

/** Chunks to bytes and back, as {@code chunk.proto} describes. The same chunk gives the same bytes. */
public final class ChunkCodec {
    /** The layout that is written, and the only one that is read. */
    public static final int FORMAT = 1;

    private static final int LEVEL = 3;

    /** A chunk that claims to be larger than this is malformed: what is written stays far below. In bytes. */
    private static final int MAX_COLUMNS_LENGTH = 64 << 20;

    /** Fewer rows than this many times the distinct amounts, and a dictionary would not pay. */
    private static final int ROWS_PER_DISTINCT_AMOUNT = 2;

    private ChunkCodec() {}

    /** The columns' bytes before compression: what the bound on a chunk's size is about. */
    public static byte[] encodeColumns(Chunk chunk) {
        final var columns = org.usagestreams.wire.message.Columns.newBuilder();
        // By name, so that the bytes do not depend on a map's order.
        chunk.columns().entrySet().stream().sorted(Map.Entry.comparingByKey()).forEach(entry -> {
            final var column = org.usagestreams.wire.message.Column.newBuilder().setName(entry.getKey());
            if (encode(entry.getValue(), column)) {
                columns.addColumn(column);
            }
        });
        return columns.build().toByteArray();
    }

    /** The value of a chunk's record, of columns that {@link #encodeColumns} made. */
    public static byte[] encode(Slice slice, int number, int rows, byte[] columns) {
        return RowChunk.newBuilder()
                .setFormat(FORMAT)
                .setSlice(slice)
                .setNumber(number)
                .setRows(rows)
                .setColumnsLength(columns.length)
                .setColumns(ByteString.copyFrom(Zstd.compress(columns, LEVEL)))
                .build()
                .toByteArray();
    }

    /**
     * Reads the value of a chunk's record.
     *
     * @throws MalformedChunkException if the bytes are not a chunk, or are one of a later format
     */
    public static Chunk decode(byte[] value) {
        final RowChunk wire;
        try {
            wire = RowChunk.parseFrom(value);
            if (wire.getFormat() != FORMAT) {
                throw new MalformedChunkException("chunk format " + wire.getFormat() + " is not known (this reads "
                        + FORMAT + "): update the processor before the splitter");
            }
            return decodeColumns(decompress(wire), wire.getRows());
        } catch (InvalidProtocolBufferException | ZstdException e) {
            throw notAChunk(e);
        }
    }

    /**
     * Reads what {@link #encodeColumns} made.
     *
     * @throws MalformedChunkException if the bytes are not the columns of so many rows
     */
    public static Chunk decodeColumns(byte[] bytes, int rows) {
        final org.usagestreams.wire.message.Columns columns;
        try {
            columns = org.usagestreams.wire.message.Columns.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw notAChunk(e);
        }
        final Map<String, Column> decoded = new HashMap<>();
        for (final var column : columns.getColumnList()) {
            decoded.put(column.getName(), decode(column, rows));
        }
        return new Chunk(rows, decoded);
    }

    private static MalformedChunkException notAChunk(Exception cause) {
        return new MalformedChunkException("not a chunk: " + cause.getMessage(), cause);
    }

    private static byte[] decompress(RowChunk wire) {
        final int length = wire.getColumnsLength();
        if (length < 0 || length > MAX_COLUMNS_LENGTH || wire.getRows() < 0 || wire.getRows() > length) {
            throw new MalformedChunkException("a chunk of " + wire.getRows() + " rows cannot have "
                    + Integer.toUnsignedString(length) + " bytes");
        }
        final byte[] columns = Zstd.decompress(wire.getColumns().toByteArray(), length);
        if (columns.length != length) {
            throw new MalformedChunkException("columns have " + columns.length + " bytes instead of " + length);
        }
        return columns;
    }

    private static boolean encode(Column column, org.usagestreams.wire.message.Column.Builder out) {
        if (column instanceof Column.Text text) {
            if (text.dictionary().length == 0) {
                return false;
            }
            out.setText(TextColumn.newBuilder()
                    .addAllDictionary(Arrays.asList(text.dictionary()))
                    .setCodes(Codes.pack(text.codes(), text.dictionary().length)));
        } else if (column instanceof Column.Time time) {
            final var builder = TimeColumn.newBuilder().setCodes(Codes.pack(time.codes(), time.dictionary().length));
            for (final long micros : time.dictionary()) {
                builder.addDictionary(micros);
            }
            out.setTime(builder);
        } else if (column instanceof Column.Amount amount) {
            return encodeAmounts(amount.values(), out);
        }
        return true;
    }

    private static boolean encodeAmounts(double[] values, org.usagestreams.wire.message.Column.Builder out) {
        final LongIndex distinct = new LongIndex(values.length / ROWS_PER_DISTINCT_AMOUNT);
        final int[] codes = new int[values.length];
        boolean small = true;
        boolean allNull = true;
        for (int i = 0; i < values.length && (small || allNull); i++) {
            // doubleToLongBits folds all NaNs into one; -0.0 and 0.0 stay apart, so that bytes come back as they went.
            codes[i] = small ? distinct.idOf(Double.doubleToLongBits(values[i])) : 0;
            small = small && distinct.size() <= values.length / ROWS_PER_DISTINCT_AMOUNT;
            allNull = allNull && Double.isNaN(values[i]);
        }
        if (allNull) {
            return false;
        }
        final AmountColumn.Builder amounts = AmountColumn.newBuilder();
        if (small) {
            amounts.setCodes(Codes.pack(codes, distinct.size()));
        }
        final int stored = small ? distinct.size() : values.length;
        final ByteBuffer bytes = ByteBuffer.allocate(8 * stored).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < stored; i++) {
            bytes.putLong(8 * i, small ? distinct.key(i) : Double.doubleToLongBits(values[i]));
        }
        out.setAmount(amounts.setValues(ByteString.copyFrom(bytes)));
        return true;
    }

    private static Column decode(org.usagestreams.wire.message.Column column, int rows) {
        final String name = column.getName();
        return switch (column.getValuesCase()) {
            case TEXT -> {
                final String[] dictionary = column.getText().getDictionaryList().toArray(new String[0]);
                yield new Column.Text(
                        dictionary, Codes.unpack(column.getText().getCodes(), rows, dictionary.length + 1, name));
            }
            case TIME -> {
                final long[] dictionary = column.getTime().getDictionaryList().stream()
                        .mapToLong(Long::longValue)
                        .toArray();
                yield new Column.Time(
                        dictionary, Codes.unpack(column.getTime().getCodes(), rows, dictionary.length, name));
            }
            case AMOUNT -> new Column.Amount(decodeAmounts(column.getAmount(), rows, name));
            case VALUES_NOT_SET -> throw new MalformedChunkException("column " + name + " has no values");
        };
    }

    private static double[] decodeAmounts(AmountColumn column, int rows, String name) {
        final ByteString values = column.getValues();
        final double[] stored = new double[values.size() / 8];
        values.asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asDoubleBuffer()
                .get(stored);
        if (column.getCodes().isEmpty()) {
            if (stored.length != rows) {
                throw new MalformedChunkException(
                        "column " + name + " has " + stored.length + " amounts for " + rows + " rows");
            }
            return stored;
        }
        return Codes.valuesOf(column.getCodes(), rows, stored, name);
    }
}

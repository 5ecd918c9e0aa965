package org.usagestreams.splitter;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.LongUnaryOperator;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.usagestreams.wire.chunk.LongIndex;
import org.usagestreams.wire.time.TimeText;

/** A column of times in microseconds by dictionary; code -1 is null or unreadable. */
final class TimeColumn extends LeafColumn {
    private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final long MICROS_PER_DAY = 86_400_000_000L;

    /** 0001-01-01 and 10000-01-01, in days since 1970: what ISO 8601 and PostgreSQL agree on. */
    private static final long FIRST_DAY = -719_162;

    private static final long END_DAY = 2_932_897;

    /** What a distinct time takes in the index, at most. */
    private static final int INDEX_BYTES = 32;

    private final PrimitiveTypeName type;
    private final LongUnaryOperator toMicros;
    private final Converter converter = new Converter();
    private LongIndex dictionary = new LongIndex(32);
    private int[] codes = {};

    /**
     * A column of times.
     *
     * @param type INT64, INT96, or BINARY for text
     * @param toMicros converts an INT64's unit
     */
    TimeColumn(PrimitiveTypeName type, LongUnaryOperator toMicros) {
        this.type = type;
        this.toMicros = toMicros;
    }

    @Override
    PrimitiveConverter converter() {
        return converter;
    }

    @Override
    void startWindow(int rows) {
        codes = new int[rows];
        Arrays.fill(codes, -1);
        dictionary = new LongIndex(32);
    }

    @Override
    int bytesPerRow() {
        return Integer.BYTES + INDEX_BYTES;
    }

    /** Of a row of the batch; -1 for none. */
    int code(int batchRow) {
        return codes[first() + batchRow];
    }

    long micros(int code) {
        return dictionary.key(code);
    }

    int distinct() {
        return dictionary.size();
    }

    private final class Converter extends PrimitiveConverter {
        private long[] decoded = {};

        @Override
        public boolean hasDictionarySupport() {
            return true;
        }

        @Override
        public void setDictionary(Dictionary values) {
            decoded = new long[values.getMaxId() + 1];
            for (int id = 0; id < decoded.length; id++) {
                decoded[id] = type == PrimitiveTypeName.INT64
                        ? fromLong(values.decodeToLong(id))
                        : fromBinary(values.decodeToBinary(id));
            }
        }

        @Override
        public void addValueFromDictionary(int id) {
            put(decoded[id]);
        }

        @Override
        public void addLong(long value) {
            put(fromLong(value));
        }

        @Override
        public void addBinary(Binary value) {
            put(fromBinary(value));
        }

        private long fromLong(long value) {
            try {
                return toMicros.applyAsLong(value);
            } catch (ArithmeticException e) {
                return TimeText.NONE;
            }
        }

        private long fromBinary(Binary value) {
            if (type != PrimitiveTypeName.INT96) {
                return value.length() > TimeText.LONGEST ? TimeText.NONE : TimeText.toMicros(value.toStringUsingUTF8());
            }
            final var bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            final long nanosOfDay = bytes.getLong(bytes.position());
            final long day = bytes.getInt(bytes.position() + Long.BYTES) - JULIAN_DAY_OF_EPOCH;
            return day * MICROS_PER_DAY + Math.floorDiv(nanosOfDay, 1000L);
        }

        private void put(long micros) {
            final long day = Math.floorDiv(micros, MICROS_PER_DAY);
            codes[row] = day < FIRST_DAY || day >= END_DAY ? -1 : dictionary.idOf(micros);
        }
    }
}

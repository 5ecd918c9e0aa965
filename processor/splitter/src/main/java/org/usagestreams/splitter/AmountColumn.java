package org.usagestreams.splitter;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** A column of amounts as 64-bit floats; shorter floats, integers and decimals are converted. NaN stands for null. */
final class AmountColumn extends LeafColumn {
    /** Bytes of a decimal; 16 hold 38 digits. */
    private static final int LONGEST_DECIMAL = 64;

    private final PrimitiveTypeName type;
    private final int scale;
    private final boolean unsigned;
    private final boolean half;
    private final Converter converter = new Converter();
    private double[] values = {};

    /**
     * A column of amounts.
     *
     * @param type the column's type in the file
     * @param scale decimals of integers and binary decimals
     * @param unsigned whether integers have no sign
     */
    AmountColumn(PrimitiveTypeName type, int scale, boolean unsigned) {
        this(type, scale, unsigned, false);
    }

    private AmountColumn(PrimitiveTypeName type, int scale, boolean unsigned, boolean half) {
        this.type = type;
        this.scale = scale;
        this.unsigned = unsigned;
        this.half = half;
    }

    /** A column of 16-bit floats (IEEE 754 binary16, little-endian). */
    static AmountColumn ofHalves() {
        return new AmountColumn(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 0, false, true);
    }

    @Override
    PrimitiveConverter converter() {
        return converter;
    }

    @Override
    void startWindow(int rows) {
        values = new double[rows];
        Arrays.fill(values, Double.NaN);
    }

    @Override
    int bytesPerRow() {
        return Double.BYTES;
    }

    /** Of a row of the batch; NaN for null. */
    double value(int batchRow) {
        return values[first() + batchRow];
    }

    /** Exactly what a 16-bit float says. */
    private static double half(byte[] littleEndian) {
        final int bits = (littleEndian[0] & 0xff) | ((littleEndian[1] & 0xff) << 8);
        final int exponent = (bits >> 10) & 0x1f;
        final int fraction = bits & 0x3ff;
        final double magnitude;
        if (exponent == 0x1f) {
            magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            magnitude = fraction * 0x1p-24;
        } else {
            magnitude = Math.scalb(0x400 + (double) fraction, exponent - 25);
        }
        return bits >> 15 == 0 ? magnitude : -magnitude;
    }

    private final class Converter extends PrimitiveConverter {
        private double[] decoded = {};

        @Override
        public boolean hasDictionarySupport() {
            return true;
        }

        @Override
        public void setDictionary(Dictionary dictionary) {
            final int before = row;
            final double[] keep = values;
            // The ids' values are converted by the very methods that take plain values.
            values = new double[dictionary.getMaxId() + 1];
            for (row = 0; row < values.length; row++) {
                addFrom(dictionary, row);
            }
            decoded = values;
            values = keep;
            row = before;
        }

        private void addFrom(Dictionary dictionary, int id) {
            switch (type) {
                case DOUBLE -> addDouble(dictionary.decodeToDouble(id));
                case FLOAT -> addFloat(dictionary.decodeToFloat(id));
                case INT32 -> addInt(dictionary.decodeToInt(id));
                case INT64 -> addLong(dictionary.decodeToLong(id));
                default -> addBinary(dictionary.decodeToBinary(id));
            }
        }

        @Override
        public void addValueFromDictionary(int id) {
            values[row] = decoded[id];
        }

        @Override
        public void addDouble(double value) {
            values[row] = value;
        }

        @Override
        public void addFloat(float value) {
            values[row] = value;
        }

        @Override
        public void addInt(int value) {
            addLong(unsigned ? Integer.toUnsignedLong(value) : value);
        }

        @Override
        public void addLong(long value) {
            if (scale != 0) {
                values[row] = BigDecimal.valueOf(value, scale).doubleValue();
            } else {
                values[row] = unsigned && value < 0 ? (value >>> 1) * 2.0 : value;
            }
        }

        @Override
        public void addBinary(Binary value) {
            if (half) {
                values[row] = half(value.getBytesUnsafe());
            } else if (value.length() == 0) {
                values[row] = Double.NaN;
            } else if (value.length() > LONGEST_DECIMAL) {
                // No amount needs it, and converting it takes time by the square of its length. Such a row is dropped.
                values[row] = Double.POSITIVE_INFINITY;
            } else {
                values[row] = new BigDecimal(new BigInteger(value.getBytes()), scale).doubleValue();
            }
        }
    }
}

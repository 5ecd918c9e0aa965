package org.usagestreams.rules;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** The amount columns of the summary (section 4), in the table's order. All are {@code numeric(33,15)}. */
public enum Amount {
    POD_USAGE_CPU_CORE_HOURS,
    POD_REQUEST_CPU_CORE_HOURS,
    POD_EFFECTIVE_USAGE_CPU_CORE_HOURS,
    POD_LIMIT_CPU_CORE_HOURS,
    POD_USAGE_MEMORY_GIGABYTE_HOURS,
    POD_REQUEST_MEMORY_GIGABYTE_HOURS,
    POD_EFFECTIVE_USAGE_MEMORY_GIGABYTE_HOURS,
    POD_LIMIT_MEMORY_GIGABYTE_HOURS,
    NODE_CAPACITY_CPU_CORES,
    NODE_CAPACITY_CPU_CORE_HOURS,
    NODE_CAPACITY_MEMORY_GIGABYTES,
    NODE_CAPACITY_MEMORY_GIGABYTE_HOURS,
    CLUSTER_CAPACITY_CPU_CORE_HOURS,
    CLUSTER_CAPACITY_MEMORY_GIGABYTE_HOURS,
    PERSISTENTVOLUMECLAIM_CAPACITY_GIGABYTE,
    PERSISTENTVOLUMECLAIM_CAPACITY_GIGABYTE_MONTHS,
    VOLUME_REQUEST_STORAGE_GIGABYTE_MONTHS,
    PERSISTENTVOLUMECLAIM_USAGE_GIGABYTE_MONTHS;

    /** Decimals of the columns. */
    public static final int SCALE = 15;

    private static final Amount[] ALL = values();
    private static final long UNIT = 1_000_000_000_000_000L;
    private static final int FRACTION_BITS = 52;
    private static final long FRACTION = (1L << FRACTION_BITS) - 1;
    private static final double EXACT_INTEGERS = 0x1p53;

    private final String column = name().toLowerCase(Locale.ROOT);

    /** Number of amount columns. */
    public static final int COUNT = ALL.length;

    /** The amount with that index. */
    public static Amount at(int index) {
        return ALL[index];
    }

    /** The amount's place in arrays that hold one value of each. */
    @SuppressWarnings("EnumOrdinal") // What an array by enum takes; the order is not stored anywhere.
    public int index() {
        return ordinal();
    }

    /** The column's name. */
    public String column() {
        return column;
    }

    /**
     * An amount as the column holds it: rounded half to even to its decimals, without trailing zeros.
     *
     * @param value neither NaN nor infinite
     */
    public static BigDecimal toDecimal(double value) {
        if (Math.abs(value) < EXACT_INTEGERS && value == Math.rint(value)) {
            return BigDecimal.valueOf((long) value);
        }
        final int exponent = Math.getExponent(value);
        final long unscaled = exponent >= Double.MIN_EXPONENT ? unscaled(value, exponent) : -1;
        if (unscaled < 0) {
            return slowly(value);
        }
        return shortest(value < 0 ? -unscaled : unscaled);
    }

    /**
     * What of a value is left of its last decimal, without its sign: a double is an integer times a power of two, so that
     * it takes a product of 128 bits and a shift.
     *
     * @return negative where it has more than 63 bits
     */
    private static long unscaled(double value, int exponent) {
        final long integer = (Double.doubleToRawLongBits(value) & FRACTION) | (1L << FRACTION_BITS);
        final int shift = FRACTION_BITS - exponent;
        if (shift <= 0) {
            return -1;
        }
        if (shift >= 2 * Long.SIZE) {
            return 0;
        }
        final long high = Math.multiplyHigh(integer, UNIT);
        final long low = integer * UNIT;
        final long whole;
        final int belowHalf;
        if (shift < Long.SIZE) {
            if (high >>> (shift - 1) != 0) {
                return -1;
            }
            whole = (high << (Long.SIZE - shift)) | (low >>> shift);
            belowHalf = Long.compareUnsigned(low << (Long.SIZE - shift), Long.MIN_VALUE);
        } else {
            final int above = shift - Long.SIZE;
            whole = above == 0 ? high : high >>> above;
            // The bits that fall off, moved up to 128 of which the first is the half.
            final long restHigh = above == 0 ? low : (high << (Long.SIZE - above)) | (low >>> above);
            final long restLow = above == 0 ? 0 : low << (Long.SIZE - above);
            final int compared = Long.compareUnsigned(restHigh, Long.MIN_VALUE);
            belowHalf = compared != 0 ? compared : restLow != 0 ? 1 : 0;
        }
        final boolean up = belowHalf > 0 || (belowHalf == 0 && (whole & 1) == 1);
        return up ? whole + 1 : whole;
    }

    /** Without trailing zeros. */
    private static BigDecimal shortest(long unscaled) {
        if (unscaled == 0) {
            return BigDecimal.ZERO;
        }
        long left = unscaled;
        int scale = SCALE;
        while (scale > 0 && left % 10 == 0) {
            left /= 10;
            scale--;
        }
        return BigDecimal.valueOf(left, scale);
    }

    private static BigDecimal slowly(double value) {
        final BigDecimal rounded = new BigDecimal(value).setScale(SCALE, RoundingMode.HALF_EVEN);
        // stripTrailingZeros may leave a negative scale (1E+3), which JSON would carry as such.
        final BigDecimal stripped = rounded.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0, RoundingMode.UNNECESSARY) : stripped;
    }
}

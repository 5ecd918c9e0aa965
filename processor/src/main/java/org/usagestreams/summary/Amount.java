package org.usagestreams.summary;

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
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * An amount as the column holds it: rounded half to even to its decimals, without trailing zeros.
     *
     * @param value neither NaN nor infinite
     */
    public static BigDecimal toDecimal(double value) {
        final BigDecimal rounded = new BigDecimal(value).setScale(SCALE, RoundingMode.HALF_EVEN);
        // stripTrailingZeros may leave a negative scale (1E+3), which JSON would carry as such.
        final BigDecimal stripped = rounded.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0, RoundingMode.UNNECESSARY) : stripped;
    }
}

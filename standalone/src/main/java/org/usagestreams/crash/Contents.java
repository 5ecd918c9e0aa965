package org.usagestreams.crash;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;

/**
 * What objects hold. All of a cluster's line items of a date meet in one row of the table, whose CPU hours tell which version
 * of each object counts there; where half of a version counted, they would be no sum of versions at all.
 */
enum Contents {
    /** Chunks of it outgrow the splitter's buffer: it is sent while it is read. */
    LARGE(40_000, 1, "large"),
    SMALL(100, 1_000_000, "small");

    static final LocalDate FIRST = LocalDate.of(2026, 11, 1);

    /** Usage dates that a version may have. */
    static final int DATES = 2;

    static final String NAMESPACE = "crash";

    /** Versions stay below, so that no sum of large versions reaches that of a small one. */
    static final int VERSIONS = 1_000;

    private final int rows;
    private final long hoursPerRow;
    private final String object;

    Contents(int rows, long hoursPerRow, String object) {
        this.rows = rows;
        this.hoursPerRow = hoursPerRow;
        this.object = object;
    }

    /** What a row of the table says about the versions that count; -1 for the number of one that is no version. */
    record Counted(int large, int small) {
        static final Counted NONE = new Counted(0, 0);

        static Counted of(BigDecimal hours) {
            final BigDecimal[] small = hours.divideAndRemainder(BigDecimal.valueOf(SMALL.unit()));
            final BigDecimal[] large = small[1].divideAndRemainder(BigDecimal.valueOf(LARGE.unit()));
            return large[1].signum() != 0
                    ? new Counted(-1, small[0].intValue())
                    : new Counted(large[0].intValue(), small[0].intValue());
        }

        int of(Contents contents) {
            return contents == LARGE ? large : small;
        }
    }

    /** Hours on a date of version 1. */
    long unit() {
        return rows * hoursPerRow;
    }

    String key(String source) {
        return "data/org1234567/OCP/source=" + source + "/year=2026/month=11/day=01/openshift_pod_usage_line_items/"
                + object + ".parquet";
    }

    /**
     * The file of a version; one that is there is kept.
     *
     * @param dates which of the dates it has
     */
    Path file(Path directory, int version, List<Integer> dates) throws IOException, SQLException {
        final Path file = Files.createDirectories(directory).resolve(object + "-" + version + "-" + dates + ".parquet");
        if (Files.exists(file)) {
            return file;
        }
        final StringBuilder times = new StringBuilder();
        dates.forEach(date -> times.append(times.isEmpty() ? "" : ", ")
                .append("TIMESTAMP '")
                .append(FIRST.plusDays(date))
                .append(" 01:00:00'"));
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            statement.execute(
                    "COPY (SELECT t AS interval_start, t + INTERVAL 1 HOUR AS interval_end, 'node-1' AS node, '"
                            + NAMESPACE + "' AS namespace, '" + object + "-' || hash(p, " + version
                            + ") AS pod, 'i-1' AS resource_id, 'worker' AS node_role, '{}' AS pod_labels, 3600e0 * "
                            + hoursPerRow * version
                            + " AS pod_usage_cpu_core_seconds, 0e0 AS pod_request_cpu_core_seconds,"
                            + " 0e0 AS pod_limit_cpu_core_seconds, 0e0 AS pod_usage_memory_byte_seconds,"
                            + " 0e0 AS pod_request_memory_byte_seconds, 0e0 AS pod_limit_memory_byte_seconds,"
                            + " 64e0 AS node_capacity_cpu_cores, 230400e0 AS node_capacity_cpu_core_seconds,"
                            + " 1e12 AS node_capacity_memory_bytes, 3.6e15 AS node_capacity_memory_byte_seconds"
                            + " FROM range(" + rows + ") r(p), (SELECT unnest([" + times + "]) AS t)) TO '" + file
                            + "' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 20480)");
        }
        return file;
    }
}

package org.usagestreams.crash;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;

/**
 * The contents of the objects of the crash test. Each kind of object has its own node, and its pods are in {@link #NAMESPACES} namespaces,
 * so a version leads to {@link #NAMESPACES} pod rows and one unallocated row for each of its dates. Every amount is a whole multiple of the
 * version's number, so a row tells which version it comes from; the capacity of the cluster, which is in every row of a day, tells the
 * versions of both kinds.
 */
enum Contents {
    /** Its chunks outgrow the splitter's buffer: it is sent while it is read. */
    LARGE(40_000, 1, 1, "large"),
    SMALL(100, 1_000_000, Contents.VERSIONS, "small");

    static final LocalDate FIRST = LocalDate.of(2026, 11, 1);

    /** Usage dates that a version may have. */
    static final int DATES = 2;

    /** Pod rows of a version and date. */
    static final int NAMESPACES = 50;

    static final String NAMESPACE_PREFIX = "crash-";
    static final String UNALLOCATED = "Worker unallocated";

    private static final long SECONDS_OF_AN_HOUR = 3_600;

    /** Versions stay below, so that a capacity tells both. */
    static final int VERSIONS = 1_000;

    private final int pods;
    private final long hoursPerPod;
    private final long capacity;
    private final String object;

    Contents(int pods, long hoursPerPod, long capacity, String object) {
        this.pods = pods;
        this.hoursPerPod = hoursPerPod;
        this.capacity = capacity;
        this.object = object;
    }

    /** The node that its pods run on. */
    String node() {
        return "node-" + object;
    }

    /** CPU hours of version 1 on a date. */
    long hours() {
        return pods * hoursPerPod;
    }

    /** CPU hours of version 1 in one pod row. */
    long hoursPerRow() {
        return hours() / NAMESPACES;
    }

    /** Hours that the node of version 1 has on a date. */
    long capacity() {
        return capacity;
    }

    /** Rows of a day that come from an object of this kind. */
    static int rows() {
        return NAMESPACES + 1;
    }

    /** The version of this kind that a cluster's capacity tells; 0 for none. */
    int version(BigDecimal clusterCapacity) {
        final BigDecimal[] small = clusterCapacity.divideAndRemainder(BigDecimal.valueOf(VERSIONS));
        return (this == SMALL ? small[0] : small[1]).intValue();
    }

    String key(String source) {
        return "data/org1234567/OCP/source=" + source + "/year=2026/month=11/day=01/openshift_pod_usage_line_items/"
                + object + ".parquet";
    }

    /**
     * A CSV file of a version, as clusters' operators write them.
     *
     * @param dates which of the dates it has
     */
    byte[] csv(int version, List<Integer> dates) {
        final StringBuilder csv =
                new StringBuilder("interval_start,interval_end,node,namespace,pod,resource_id,node_role,"
                        + "pod_usage_cpu_core_seconds,pod_request_cpu_core_seconds,pod_limit_cpu_core_seconds,"
                        + "pod_usage_memory_byte_seconds,pod_request_memory_byte_seconds,pod_limit_memory_byte_seconds,"
                        + "node_capacity_cpu_cores,node_capacity_cpu_core_seconds,node_capacity_memory_bytes,"
                        + "node_capacity_memory_byte_seconds,pod_labels\n");
        for (final int date : dates) {
            final LocalDate day = FIRST.plusDays(date);
            for (int pod = 0; pod < pods; pod++) {
                csv.append(day).append(" 01:00:00 +0000 UTC,").append(day).append(" 01:59:59 +0000 UTC,");
                csv.append(node()).append(',').append(NAMESPACE_PREFIX).append(pod % NAMESPACES);
                csv.append(',')
                        .append(object)
                        .append('-')
                        .append(pod)
                        .append('-')
                        .append(version);
                csv.append(",i-1,worker,").append(SECONDS_OF_AN_HOUR * hoursPerPod * version);
                csv.append(",0,0,0,0,0,64,").append(SECONDS_OF_AN_HOUR * capacity * version);
                csv.append(",1000000000000,3600000000000000,\n");
            }
        }
        return csv.toString().getBytes(StandardCharsets.US_ASCII);
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
                    "COPY (SELECT t AS interval_start, t + INTERVAL 1 HOUR AS interval_end, '" + node() + "' AS node, '"
                            + NAMESPACE_PREFIX + "' || (p % " + NAMESPACES + ") AS namespace, '" + object
                            + "-' || hash(p, " + version
                            + ") AS pod, 'i-1' AS resource_id, 'worker' AS node_role, '{}' AS pod_labels, 3600e0 * "
                            + hoursPerPod * version
                            + " AS pod_usage_cpu_core_seconds, 0e0 AS pod_request_cpu_core_seconds,"
                            + " 0e0 AS pod_limit_cpu_core_seconds, 0e0 AS pod_usage_memory_byte_seconds,"
                            + " 0e0 AS pod_request_memory_byte_seconds, 0e0 AS pod_limit_memory_byte_seconds,"
                            + " 64e0 AS node_capacity_cpu_cores, 3600e0 * " + capacity * version
                            + " AS node_capacity_cpu_core_seconds,"
                            + " 1e12 AS node_capacity_memory_bytes, 3.6e15 AS node_capacity_memory_byte_seconds"
                            + " FROM range(" + pods + ") r(p), (SELECT unnest([" + times + "]) AS t)) TO '" + file
                            + "' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 20480)");
        }
        return file;
    }
}

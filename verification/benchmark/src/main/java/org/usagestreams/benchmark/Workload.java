package org.usagestreams.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/**
 * Reports of one made-up cluster: pods times hours on nodes of 104 pods, as the batch prototype's benchmark had them. Each pod has its own
 * labels, all enabled, so a pod's hours become one row. Rows are ordered by hour, so equal labels are never adjacent; usages are random
 * doubles, which cannot be compressed. The same arguments give the same rows.
 *
 * @param name tells workloads apart; the cluster's UUID is made of it
 * @param pods pods of the cluster
 * @param from first usage date
 * @param days how many of them
 * @param fromHour first hour of each day
 * @param hours how many of them
 */
record Workload(String name, int pods, LocalDate from, int days, int fromHour, int hours) {
    /** The organisation in the keys of all objects. */
    static final String ORGANISATION = "org1234567";

    static final int PODS_PER_NODE = 104;

    /** One pod in so many claims a volume. */
    private static final int PODS_PER_CLAIM = 10;

    /** As a double of SQL: reports have their amounts as doubles. */
    private static final String GIBIBYTE = "1073741824e0";

    private static final LocalDate FIRST = LocalDate.of(2026, 11, 1);

    /** A report file and the key that it gets in the bucket. */
    record ReportFile(String report, Path file, String key) {}

    /** Whole days of a cluster with so many nodes. */
    static Workload ofNodes(String name, int nodes, int days) {
        return new Workload(name, nodes * PODS_PER_NODE, FIRST, days, 0, 24);
    }

    /** The same cluster's reports of one hour. */
    Workload hour(int hour) {
        return new Workload(name, pods, from, 1, hour, 1);
    }

    /** The cluster's UUID. */
    String source() {
        return UUID.nameUUIDFromBytes(("benchmark " + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    int nodes() {
        return (pods + PODS_PER_NODE - 1) / PODS_PER_NODE;
    }

    /** Line items of the pod report. */
    long podRows() {
        return (long) pods * days * hours;
    }

    /** Line items of the pod and the storage report. */
    long lineItems() {
        return podRows() + (long) claims() * days * hours;
    }

    private int claims() {
        return (pods + PODS_PER_CLAIM - 1) / PODS_PER_CLAIM;
    }

    private int namespaces() {
        return Math.max(10, nodes() / 4);
    }

    /** Writes all four reports; the largest last, as it is to be uploaded. */
    List<ReportFile> writeAll(Path directory) throws IOException, SQLException {
        return write(directory, List.of("node_labels", "namespace_labels", "storage_usage", "pod_usage"));
    }

    /** Writes reports of these types; files that are there are kept. */
    List<ReportFile> write(Path directory, List<String> reports) throws IOException, SQLException {
        Files.createDirectories(directory);
        final List<ReportFile> files = new ArrayList<>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duck.createStatement()) {
            for (final String report : reports) {
                final Path file = directory.resolve(name + "-" + fromHour + "-" + report + ".parquet");
                if (!Files.exists(file)) {
                    final Path partial = directory.resolve("partial.parquet");
                    statement.execute("COPY (" + rows(report) + ") TO '" + partial
                            + "' (FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE 122880)");
                    Files.move(partial, file);
                }
                files.add(new ReportFile(report, file, key(report)));
            }
        }
        return files;
    }

    /** Key that a report gets in the bucket. */
    String key(String report) {
        return String.format(
                Locale.ROOT,
                "data/" + ORGANISATION
                        + "/OCP/source=%s/year=%d/month=%02d/day=%02d/openshift_%s_line_items/%02d.parquet",
                source(),
                from.getYear(),
                from.getMonthValue(),
                from.getDayOfMonth(),
                report,
                fromHour);
    }

    private String rows(String report) {
        return switch (report) {
            case "pod_usage" -> podUsage();
            case "storage_usage" -> storageUsage();
            case "node_labels" ->
                "SELECT " + interval(nodes())
                        + ", 'node-' || n AS node, '{\"region\": \"' || CASE n % 2 WHEN 0 THEN 'eu' ELSE"
                        + " 'us' END || '\"}' AS node_labels FROM " + series(nodes(), "n");
            case "namespace_labels" ->
                "SELECT " + interval(namespaces())
                        + ", 'project-' || n AS namespace, '{\"team\": \"team-' || n % 7 || '\"}' AS"
                        + " namespace_labels FROM " + series(namespaces(), "n");
            default -> throw new IllegalArgumentException(report);
        };
    }

    private String podUsage() {
        return "SELECT " + interval(pods) + ", 'node-' || p // 104 AS node, 'project-' || p % " + namespaces()
                + " AS namespace, 'pod-' || p AS pod, 'i-' || p // 104 AS resource_id,"
                + " CASE WHEN p // 104 < 3 THEN 'master' ELSE 'worker' END AS node_role,"
                + " '{\"app\": \"app-' || p % 50 || '\", \"tier\": \"tier-' || p % 3 || '\", \"node\": \"node-' || p // 104"
                + " || '\", \"pod\": \"pod-' || p || '\"}' AS pod_labels,"
                + " 900e0 * (1 + p % 4) * (0.1 + " + random(1) + ") AS pod_usage_cpu_core_seconds,"
                + " 900e0 * (1 + p % 4) AS pod_request_cpu_core_seconds,"
                + " 1800e0 * (1 + p % 4) AS pod_limit_cpu_core_seconds,"
                + " 3600 * " + GIBIBYTE + " * (1 + p % 3) * (0.2 + 0.9 * " + random(2)
                + ") AS pod_usage_memory_byte_seconds,"
                + " 3600 * " + GIBIBYTE + " * (1 + p % 3) AS pod_request_memory_byte_seconds,"
                + " 7200 * " + GIBIBYTE + " * (1 + p % 3) AS pod_limit_memory_byte_seconds,"
                + " 64e0 AS node_capacity_cpu_cores, 64e0 * 3600 AS node_capacity_cpu_core_seconds,"
                + " 512 * " + GIBIBYTE + " AS node_capacity_memory_bytes,"
                + " 512 * 3600 * " + GIBIBYTE + " AS node_capacity_memory_byte_seconds FROM " + series(pods, "p");
    }

    private String storageUsage() {
        return "SELECT " + interval(claims()) + ", 'project-' || (c * " + PODS_PER_CLAIM + ") % " + namespaces()
                + " AS namespace, 'pod-' || c * " + PODS_PER_CLAIM + " AS pod, 'claim-' || c AS persistentvolumeclaim,"
                + " 'pv-' || c AS persistentvolume, 'gp' || c % 3 AS storageclass, 'vol-' || c AS csi_volume_handle,"
                + " '{\"storage\": \"class-' || c % 3 || '\"}' AS persistentvolume_labels,"
                + " '{\"app\": \"app-' || c % 50 || '\"}' AS persistentvolumeclaim_labels,"
                + " " + GIBIBYTE + " * (10 + c % 50) AS persistentvolumeclaim_capacity_bytes,"
                + " 3600 * " + GIBIBYTE + " * (10 + c % 50) AS persistentvolumeclaim_capacity_byte_seconds,"
                + " 3600 * " + GIBIBYTE + " * (10 + c % 50) AS volume_request_storage_byte_seconds,"
                + " 3600 * " + GIBIBYTE + " * (10 + c % 50) * " + random(3)
                + " AS persistentvolumeclaim_usage_byte_seconds FROM " + series(claims(), "c");
    }

    /** All things in all hours; i counts them. */
    private String series(int things, String thing) {
        return "(SELECT i, i % " + things + " AS " + thing + " FROM range(" + (long) things * hours * days + ") t(i))";
    }

    private String interval(int things) {
        final String start =
                "(DATE '" + from + "' + CAST(i // " + (long) things * hours + " AS INT))::TIMESTAMP + INTERVAL 1"
                        + " HOUR * (" + fromHour + " + (i // " + things + ") % " + hours + ")";
        return start + " AS interval_start, " + start + " + INTERVAL 1 HOUR AS interval_end";
    }

    private String random(int number) {
        return "(hash(i, " + fromHour + ", " + number + ", '" + name + "')::DOUBLE / 18446744073709551616.0)";
    }
}

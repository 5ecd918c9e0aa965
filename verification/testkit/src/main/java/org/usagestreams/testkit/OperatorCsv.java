package org.usagestreams.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** CSV files as the operator and nise write them: columns, times, labels and numbers in their forms. */
public final class OperatorCsv {
    /** The columns of a VM report and a line of it. */
    public static final String VM = """
        report_period_start,report_period_end,interval_start,interval_end,node,resource_id,namespace,vm_name,\
        vm_instance_type,vm_os,vm_guest_os_arch,vm_guest_os_name,vm_guest_os_version,vm_uptime_total_seconds,\
        vm_cpu_limit_cores,vm_cpu_limit_core_seconds,vm_cpu_request_cores,vm_cpu_request_core_seconds,\
        vm_cpu_request_sockets,vm_cpu_request_socket_seconds,vm_cpu_request_threads,vm_cpu_request_thread_seconds,\
        vm_cpu_usage_total_seconds,vm_memory_limit_bytes,vm_memory_limit_byte_seconds,vm_memory_request_bytes,\
        vm_memory_request_byte_seconds,vm_memory_usage_byte_seconds,vm_device,vm_volume_mode,\
        vm_persistentvolumeclaim_name,vm_disk_allocated_size_byte_seconds,vm_labels
        2025-11-01 00:00:00 +0000 UTC,2025-12-01 00:00:00 +0000 UTC,2025-11-03 00:00:00 +0000 UTC,\
        2025-11-03 00:59:59 +0000 UTC,node-1,i-1,shop,vm-1,u1.2xlarge,rhel.9,aarch64,CentOS,9.5,3369,2.71729,\
        9154.55001,0.96773,3260.28237,0.55028,1853.89332,0.4814,1621.8366,4234.90038,19746112143.36,\
        66524651810979.84,23643794964.48,66524651810979.84,61962345846990.06,rootdisk,Block,claim,\
        115964116992000,label_app:bit|label_tier:upon
        """;

    /** The columns of a GPU report and a line of it. */
    public static final String GPU = """
        report_period_start,report_period_end,interval_start,interval_end,node,namespace,pod,gpu_uuid,\
        gpu_model_name,gpu_vendor_name,gpu_memory_capacity_mib,gpu_pod_uptime,mig_instance_id,mig_profile,mig_strategy
        2025-11-01 00:00:00 +0000 UTC,2025-12-01 00:00:00 +0000 UTC,2025-11-03 00:00:00 +0000 UTC,\
        2025-11-03 00:59:59 +0000 UTC,node-1,shop,pod-1,GPU-4ea322c2-c1ea-5664-ae2d-abe5b2e6d5b3,L40S,nvidia_com_gpu,\
        49152,2204,,,
        """;

    /** The columns of a file for the resource optimisation of containers and a line of it, shortened. */
    public static final String CONTAINERS = """
        interval_start,interval_end,namespace,node,resource_id,pod,container_name,owner_name,cpu_request_container_avg,\
        cpu_usage_container_avg
        2025-11-03 00:00:01 +0000 UTC,2025-11-03 00:15:00 +0000 UTC,shop,node-1,i-1,pod-1,web,web,1.67838,3.61391
        """;

    /** The columns of a file for the resource optimisation of namespaces and a line of it, shortened. */
    public static final String NAMESPACES = """
        report_period_start,interval_start,interval_end,namespace,cpu_request_namespace_sum,cpu_usage_namespace_avg
        2025-11-01 00:00:00 +0000 UTC,2025-11-03 00:00:01 +0000 UTC,2025-11-03 00:15:00 +0000 UTC,shop,23.3,0.92
        """;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss '+0000 UTC'").withZone(ZoneOffset.UTC);

    private static final int SECONDS_OF_AN_INTERVAL = 3599;

    private OperatorCsv() {}

    /**
     * A file.
     *
     * @param rows values in the order of the type's columns, as {@link RandomReports} writes them to Parquet
     */
    public static byte[] write(ReportType type, List<Object[]> rows) {
        final List<String> columns = columns(type);
        final StringBuilder csv = new StringBuilder(String.join(",", columns)).append('\n');
        final List<String> names = type.columns().stream().map(ColumnSpec::name).toList();
        for (final Object[] row : rows) {
            csv.append(columns.stream()
                            .map(column -> value(column, names, row))
                            .map(OperatorCsv::quoted)
                            .collect(Collectors.joining(",")))
                    .append('\n');
        }
        return csv.toString().getBytes(StandardCharsets.UTF_8);
    }

    /** The columns that the operator writes, in its order. */
    public static List<String> columns(ReportType type) {
        final String rest =
                switch (type) {
                    case POD_USAGE ->
                        "pod,namespace,node,resource_id,pod_usage_cpu_core_seconds,"
                                + "pod_request_cpu_core_seconds,pod_limit_cpu_core_seconds,pod_usage_memory_byte_seconds,"
                                + "pod_request_memory_byte_seconds,pod_limit_memory_byte_seconds,node_capacity_cpu_cores,"
                                + "node_capacity_cpu_core_seconds,node_capacity_memory_bytes,"
                                + "node_capacity_memory_byte_seconds,node_role,pod_labels";
                    case STORAGE_USAGE ->
                        "namespace,pod,node,persistentvolumeclaim,persistentvolume,storageclass,csi_driver,"
                                + "csi_volume_handle,persistentvolumeclaim_capacity_bytes,"
                                + "persistentvolumeclaim_capacity_byte_seconds,volume_request_storage_byte_seconds,"
                                + "persistentvolumeclaim_usage_byte_seconds,persistentvolume_labels,"
                                + "persistentvolumeclaim_labels";
                    case NODE_LABELS -> "node,node_labels";
                    case NAMESPACE_LABELS -> "namespace,namespace_labels";
                };
        return List.of(("report_period_start,report_period_end,interval_start,interval_end," + rest).split(","));
    }

    private static String value(String column, List<String> names, Object[] row) {
        final Instant start = (Instant) row[names.indexOf(Columns.INTERVAL_START)];
        final LocalDate month = LocalDate.ofInstant(start, ZoneOffset.UTC).withDayOfMonth(1);
        return switch (column) {
            case "report_period_start" -> TIME.format(month.atStartOfDay(ZoneOffset.UTC));
            case "report_period_end" -> TIME.format(month.plusMonths(1).atStartOfDay(ZoneOffset.UTC));
            case "interval_end" -> TIME.format(start.plusSeconds(SECONDS_OF_AN_INTERVAL));
            default -> names.contains(column) ? text(row[names.indexOf(column)]) : "";
        };
    }

    private static String text(Object value) {
        if (value == null) {
            return "";
        }
        if (value instanceof Instant time) {
            return TIME.format(time);
        }
        if (value instanceof Double amount) {
            return amount.isNaN() ? "" : number(amount);
        }
        if (value instanceof Map<?, ?> labels) {
            return labels.entrySet().stream()
                    .map(label -> "label_" + label.getKey() + ":" + label.getValue())
                    .collect(Collectors.joining("|"));
        }
        return (String) value;
    }

    /** Whole numbers come with and without a fraction of 0. */
    private static String number(double amount) {
        return amount == Math.rint(amount) && Math.abs(amount) < 1e15 && (long) amount % 2 == 0
                ? Long.toString((long) amount)
                : Double.toString(amount);
    }

    private static String quoted(String field) {
        return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}

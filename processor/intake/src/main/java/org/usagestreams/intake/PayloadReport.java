package org.usagestreams.intake;

import static org.usagestreams.wire.chunk.ColumnSpec.Kind.AMOUNT;
import static org.usagestreams.wire.chunk.ColumnSpec.Kind.LABELS;
import static org.usagestreams.wire.chunk.ColumnSpec.Kind.NAME;
import static org.usagestreams.wire.chunk.ColumnSpec.Kind.TIME;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.usagestreams.wire.chunk.ColumnSpec;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.ReportType;

/** The reports that a payload can hold. A CSV file's columns say which it is, never its name. */
public enum PayloadReport {
    // In the order in which they are told apart: a VM's report has columns of others as well.
    VM_USAGE(
            "openshift_vm_usage_line_items",
            "vm_name",
            Stream.of(
                            names(
                                    "node",
                                    "resource_id",
                                    "namespace",
                                    "vm_name",
                                    "vm_instance_type",
                                    "vm_os",
                                    "vm_guest_os_arch",
                                    "vm_guest_os_name",
                                    "vm_guest_os_version"),
                            amounts(
                                    "vm_uptime_total_seconds",
                                    "vm_cpu_limit_cores",
                                    "vm_cpu_limit_core_seconds",
                                    "vm_cpu_request_cores",
                                    "vm_cpu_request_core_seconds",
                                    "vm_cpu_request_sockets",
                                    "vm_cpu_request_socket_seconds",
                                    "vm_cpu_request_threads",
                                    "vm_cpu_request_thread_seconds",
                                    "vm_cpu_usage_total_seconds",
                                    "vm_memory_limit_bytes",
                                    "vm_memory_limit_byte_seconds",
                                    "vm_memory_request_bytes",
                                    "vm_memory_request_byte_seconds",
                                    "vm_memory_usage_byte_seconds"),
                            names("vm_device", "vm_volume_mode", "vm_persistentvolumeclaim_name"),
                            amounts("vm_disk_allocated_size_byte_seconds"),
                            Stream.of(new ColumnSpec("vm_labels", LABELS, false, false)))
                    .flatMap(columns -> columns)
                    .toList()),
    GPU_USAGE(
            "openshift_gpu_usage_line_items",
            "gpu_uuid",
            Stream.of(
                            names("node", "namespace", "pod", "gpu_uuid", "gpu_model_name", "gpu_vendor_name"),
                            amounts("gpu_memory_capacity_mib", "gpu_pod_uptime"),
                            names("mig_instance_id", "mig_profile", "mig_strategy"))
                    .flatMap(columns -> columns)
                    .toList()),
    POD_USAGE(ReportType.POD_USAGE, Columns.USAGE_CPU),
    STORAGE_USAGE(ReportType.STORAGE_USAGE, Columns.CLAIM, Columns.NODE, "csi_driver"),
    NODE_LABELS(ReportType.NODE_LABELS, Columns.NODE_LABELS),
    NAMESPACE_LABELS(ReportType.NAMESPACE_LABELS, Columns.NAMESPACE_LABELS);

    private final String segment;
    private final String sign;

    @SuppressWarnings("ImmutableEnumChecker") // Always List.copyOf.
    private final List<ColumnSpec> columns;

    PayloadReport(String segment, String sign, List<ColumnSpec> columns) {
        this.segment = segment;
        this.sign = sign;
        this.columns = withTimes(columns.stream());
    }

    PayloadReport(ReportType type, String sign, String... more) {
        this(
                type.longSegment(),
                sign,
                Stream.concat(
                                type.columns().stream()
                                        .filter(column -> !column.name().equals(Columns.INTERVAL_START)),
                                names(more))
                        .toList());
    }

    private static List<ColumnSpec> withTimes(Stream<ColumnSpec> others) {
        final List<ColumnSpec> all = new ArrayList<>();
        all.add(new ColumnSpec("report_period_start", TIME, false, false));
        all.add(new ColumnSpec("report_period_end", TIME, false, false));
        all.add(new ColumnSpec(Columns.INTERVAL_START, TIME, true, true));
        all.add(new ColumnSpec("interval_end", TIME, false, false));
        others.forEach(all::add);
        return List.copyOf(all);
    }

    private static Stream<ColumnSpec> names(String... columns) {
        return Stream.of(columns).map(column -> new ColumnSpec(column, NAME, false, false));
    }

    private static Stream<ColumnSpec> amounts(String... columns) {
        return Stream.of(columns).map(column -> new ColumnSpec(column, AMOUNT, false, false));
    }

    /** The report with these columns; empty where it is none that is kept. */
    static Optional<PayloadReport> of(Set<String> header) {
        return Stream.of(values())
                .filter(report -> header.contains(report.sign))
                .findFirst();
    }

    /** Whether these are the columns of a file for resource optimisation, which is recognised, but not kept. */
    static boolean isOptimization(Set<String> header) {
        return (header.contains("container_name") && header.contains("cpu_usage_container_avg"))
                || (header.contains("namespace") && header.contains("cpu_usage_namespace_avg"));
    }

    /** The path segment of an object key that names this report. */
    public String segment() {
        return segment;
    }

    /** The columns that are kept, in the order of the Parquet file. */
    List<ColumnSpec> columns() {
        return columns;
    }
}

package org.usagestreams.wire.chunk;

import static org.usagestreams.wire.chunk.ColumnSpec.Kind.AMOUNT;
import static org.usagestreams.wire.chunk.ColumnSpec.Kind.LABELS;
import static org.usagestreams.wire.chunk.ColumnSpec.Kind.NAME;
import static org.usagestreams.wire.chunk.ColumnSpec.Kind.TIME;

import java.util.List;

/** The four reports that a cluster uploads, each with the columns that the summary needs of it (spec, section 1). */
public enum ReportType {
    /** One row is one pod on one node in one hour. */
    POD_USAGE(
            "openshift_pod_usage_line_items",
            "pod_usage",
            true,
            List.of(
                    new ColumnSpec(Columns.INTERVAL_START, TIME, true, true),
                    new ColumnSpec(Columns.NODE, NAME, true, true),
                    new ColumnSpec(Columns.NAMESPACE, NAME, true, false),
                    new ColumnSpec(Columns.POD, NAME, true, false),
                    new ColumnSpec(Columns.RESOURCE_ID, NAME, false, false),
                    new ColumnSpec(Columns.NODE_ROLE, NAME, false, false),
                    new ColumnSpec(Columns.POD_LABELS, LABELS, false, false),
                    amount(Columns.USAGE_CPU),
                    amount(Columns.REQUEST_CPU),
                    amount(Columns.LIMIT_CPU),
                    amount(Columns.EFFECTIVE_CPU),
                    amount(Columns.USAGE_MEMORY),
                    amount(Columns.REQUEST_MEMORY),
                    amount(Columns.LIMIT_MEMORY),
                    amount(Columns.EFFECTIVE_MEMORY),
                    amount(Columns.NODE_CPU_CORES),
                    amount(Columns.NODE_CPU_CORE_SECONDS),
                    amount(Columns.NODE_MEMORY_BYTES),
                    amount(Columns.NODE_MEMORY_BYTE_SECONDS))),

    /** One row is one volume claim mounted by one pod in one hour. */
    STORAGE_USAGE(
            "openshift_storage_usage_line_items",
            "storage_usage",
            true,
            List.of(
                    new ColumnSpec(Columns.INTERVAL_START, TIME, true, true),
                    new ColumnSpec(Columns.NAMESPACE, NAME, true, false),
                    new ColumnSpec(Columns.POD, NAME, true, false),
                    new ColumnSpec(Columns.CLAIM, NAME, true, false),
                    new ColumnSpec(Columns.VOLUME, NAME, false, false),
                    new ColumnSpec(Columns.STORAGE_CLASS, NAME, false, false),
                    new ColumnSpec(Columns.CSI_HANDLE, NAME, false, false),
                    new ColumnSpec(Columns.VOLUME_LABELS, LABELS, false, false),
                    new ColumnSpec(Columns.CLAIM_LABELS, LABELS, false, false),
                    amount(Columns.CLAIM_CAPACITY_BYTES),
                    amount(Columns.CLAIM_CAPACITY_BYTE_SECONDS),
                    amount(Columns.VOLUME_REQUEST_BYTE_SECONDS),
                    amount(Columns.CLAIM_USAGE_BYTE_SECONDS))),

    /** One row is the labels of a node in one hour. */
    NODE_LABELS(
            "openshift_node_labels_line_items",
            "node_labels",
            false,
            List.of(
                    new ColumnSpec(Columns.INTERVAL_START, TIME, true, true),
                    new ColumnSpec(Columns.NODE, NAME, true, true),
                    new ColumnSpec(Columns.NODE_LABELS, LABELS, true, false))),

    /** One row is the labels of a namespace in one hour. */
    NAMESPACE_LABELS(
            "openshift_namespace_labels_line_items",
            "namespace_labels",
            false,
            List.of(
                    new ColumnSpec(Columns.INTERVAL_START, TIME, true, true),
                    new ColumnSpec(Columns.NAMESPACE, NAME, true, true),
                    new ColumnSpec(Columns.NAMESPACE_LABELS, LABELS, true, false)));

    private final String longSegment;
    private final String shortSegment;
    private final boolean summed;

    @SuppressWarnings("ImmutableEnumChecker") // Always List.of.
    private final List<ColumnSpec> columns;

    ReportType(String longSegment, String shortSegment, boolean summed, List<ColumnSpec> columns) {
        this.longSegment = longSegment;
        this.shortSegment = shortSegment;
        this.summed = summed;
        this.columns = columns;
    }

    private static ColumnSpec amount(String name) {
        return new ColumnSpec(name, AMOUNT, false, false);
    }

    /** The path segment of an object key that names this report, as the operator's uploads are stored. */
    public String longSegment() {
        return longSegment;
    }

    /** The shorter path segment that names this report. */
    public String shortSegment() {
        return shortSegment;
    }

    /** Whether rows are summed, so that their order inside an object means nothing. Of labels the later row wins. */
    public boolean summed() {
        return summed;
    }

    /** The columns that are read, in the order in which chunks hold them. */
    public List<ColumnSpec> columns() {
        return columns;
    }
}

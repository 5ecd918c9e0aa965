package org.usagestreams.wire.chunk;

/** Names of the report columns that are read. */
public final class Columns {
    public static final String INTERVAL_START = "interval_start";
    public static final String NODE = "node";
    public static final String NAMESPACE = "namespace";
    public static final String POD = "pod";
    public static final String RESOURCE_ID = "resource_id";
    public static final String NODE_ROLE = "node_role";
    public static final String POD_LABELS = "pod_labels";
    public static final String USAGE_CPU = "pod_usage_cpu_core_seconds";
    public static final String REQUEST_CPU = "pod_request_cpu_core_seconds";
    public static final String LIMIT_CPU = "pod_limit_cpu_core_seconds";
    public static final String EFFECTIVE_CPU = "pod_effective_usage_cpu_core_seconds";
    public static final String USAGE_MEMORY = "pod_usage_memory_byte_seconds";
    public static final String REQUEST_MEMORY = "pod_request_memory_byte_seconds";
    public static final String LIMIT_MEMORY = "pod_limit_memory_byte_seconds";
    public static final String EFFECTIVE_MEMORY = "pod_effective_usage_memory_byte_seconds";
    public static final String NODE_CPU_CORES = "node_capacity_cpu_cores";
    public static final String NODE_CPU_CORE_SECONDS = "node_capacity_cpu_core_seconds";
    public static final String NODE_MEMORY_BYTES = "node_capacity_memory_bytes";
    public static final String NODE_MEMORY_BYTE_SECONDS = "node_capacity_memory_byte_seconds";
    public static final String CLAIM = "persistentvolumeclaim";
    public static final String VOLUME = "persistentvolume";
    public static final String STORAGE_CLASS = "storageclass";
    public static final String CSI_HANDLE = "csi_volume_handle";
    public static final String VOLUME_LABELS = "persistentvolume_labels";
    public static final String CLAIM_LABELS = "persistentvolumeclaim_labels";
    public static final String CLAIM_CAPACITY_BYTES = "persistentvolumeclaim_capacity_bytes";
    public static final String CLAIM_CAPACITY_BYTE_SECONDS = "persistentvolumeclaim_capacity_byte_seconds";
    public static final String VOLUME_REQUEST_BYTE_SECONDS = "volume_request_storage_byte_seconds";
    public static final String CLAIM_USAGE_BYTE_SECONDS = "persistentvolumeclaim_usage_byte_seconds";
    public static final String NODE_LABELS = "node_labels";
    public static final String NAMESPACE_LABELS = "namespace_labels";

    private Columns() {}
}

package org.usagestreams.sample;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The pods of a made-up cluster. As many run in each hour; they come and go, so that names change: batch jobs every few hours,
 * others once in some days. What they request fits on their nodes. Immutable.
 */
final class SamplePods {
    static final double NODE_CORES = 24;
    static final double GIBIBYTE = 1L << 30;
    static final double NODE_MEMORY = 96 * GIBIBYTE;

    private static final List<String> APPS = List.of("web", "api", "cache", "queue", "batch");
    private static final int FRONT = 2;
    private static final int BATCH = 4;
    private static final int BATCH_HOURS = 3;
    private static final int OTHER_HOURS = 60;

    /** Pods use up to 1.2 times what they request. */
    private static final double REQUESTED_SHARE = 0.8;

    private final int nodes;
    private final double[] cpuShare;
    private final double[] memoryShare;

    /**
     * The pods of any cluster of these options.
     *
     * @param overcommit whether pods may request and use more than their nodes have
     */
    SamplePods(SampleOptions options, boolean overcommit) {
        nodes = options.nodes();
        cpuShare = new double[nodes];
        memoryShare = new double[nodes];
        for (int pod = 0; pod < options.pods(); pod++) {
            cpuShare[node(pod)] += cores(pod);
            memoryShare[node(pod)] += memory(pod);
        }
        for (int node = 0; node < nodes; node++) {
            cpuShare[node] = overcommit ? 1 : Math.min(1, REQUESTED_SHARE * NODE_CORES / cpuShare[node]);
            memoryShare[node] = overcommit ? 1 : Math.min(1, REQUESTED_SHARE * NODE_MEMORY / memoryShare[node]);
        }
    }

    int node(int pod) {
        return pod % nodes;
    }

    private static double cores(int pod) {
        return 0.25 * (1 + pod % 4);
    }

    private static double memory(int pod) {
        return GIBIBYTE * (1 + pod % 3);
    }

    /** Cores that a pod requests. */
    double requestedCores(int pod) {
        return cores(pod) * cpuShare[node(pod)];
    }

    /** Bytes of memory that a pod requests. */
    double requestedMemory(int pod) {
        return memory(pod) * memoryShare[node(pod)];
    }

    private static int app(int pod) {
        return pod % APPS.size();
    }

    static String appName(int pod) {
        return APPS.get(app(pod));
    }

    /** How often the pod in this place was replaced by another until an hour, counted from 1970. */
    private static long generation(int pod, long hour) {
        final int lifetime = app(pod) == BATCH ? BATCH_HOURS : OTHER_HOURS;
        return Math.floorDiv(hour + pod * 7L, lifetime);
    }

    /** As a deployment names its pods. */
    String name(int pod, long hour) {
        final long generation = generation(pod, hour);
        return appName(pod) + "-" + templateHash(pod) + "-"
                + Long.toString(Math.floorMod((generation * 1_000_003 + pod) * 2_654_435_761L, 60_466_176L), 36);
    }

    private static String templateHash(int pod) {
        return Integer.toHexString(pod * 7919);
    }

    Map<String, String> labels(int pod, String namespace) {
        final Map<String, String> labels = new LinkedHashMap<>();
        labels.put("app", appName(pod));
        labels.put("tier", app(pod) < FRONT ? "front" : "back");
        labels.put("environment", namespace.endsWith("-dev") ? "dev" : "prod");
        labels.put("app_kubernetes_io_name", appName(pod));
        labels.put("app_kubernetes_io_part_of", namespace);
        labels.put("app_kubernetes_io_managed_by", "Helm");
        labels.put("pod_template_hash", templateHash(pod));
        return labels;
    }
}

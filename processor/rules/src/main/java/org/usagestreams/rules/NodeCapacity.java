package org.usagestreams.rules;

/**
 * Capacities of a day: per node and hour the greatest that its pod rows name, summed over the hours; for the cluster,
 * summed over the nodes. 0 where unknown.
 */
final class NodeCapacity {
    private static final int CPU = 0;
    private static final int MEMORY = 1;

    private final Sums byNode = new Sums(2);
    private final Sums ofCluster = new Sums(2);

    NodeCapacity(PodUsage usage) {
        for (int id = 0; id < usage.nodeHours.size(); id++) {
            final int node = usage.nodeHours.component(id, 0);
            byNode.add(node, CPU, usage.nodeCpuSeconds.get(id));
            byNode.add(node, MEMORY, usage.nodeMemoryByteSeconds.get(id));
        }
        for (int node = 0; node < usage.nodes.size(); node++) {
            ofCluster.addSum(0, CPU, byNode, node);
            ofCluster.addSum(0, MEMORY, byNode, node);
        }
    }

    /** Capacity of a node in core-seconds. */
    double coreSeconds(int node) {
        return orZero(byNode.get(node, CPU));
    }

    /** Capacity of a node in byte-seconds. */
    double byteSeconds(int node) {
        return orZero(byNode.get(node, MEMORY));
    }

    double clusterCoreSeconds() {
        return orZero(ofCluster.get(0, CPU));
    }

    double clusterByteSeconds() {
        return orZero(ofCluster.get(0, MEMORY));
    }

    private static double orZero(double value) {
        return Double.isNaN(value) ? 0 : value;
    }
}

package org.usagestreams.rules;

/**
 * Capacities of a day: per node and hour the greatest that its pod rows name, summed over the hours; for the cluster,
 * summed over the nodes. 0 where unknown.
 */
final class NodeCapacity {
    private static final int CPU = 0;
    private static final int MEMORY = 1;
    private static final int MEASURES = 2;

    private final Sums byNode;
    private final Sums ofCluster;

    private NodeCapacity(Sums byNode, Sums ofCluster) {
        this.byNode = byNode;
        this.ofCluster = ofCluster;
    }

    /** Those of a day whose pod usage this is. */
    static NodeCapacity of(PodUsage usage) {
        final Sums byNode = byNode(usage);
        return new NodeCapacity(byNode, sum(byNode, usage.nodes.size()));
    }

    /** Those of a portion of a day. */
    static NodeCapacity of(PodUsage usage, Cluster cluster) {
        return new NodeCapacity(byNode(usage), cluster.sum());
    }

    private static Sums byNode(PodUsage usage) {
        final Sums byNode = new Sums(MEASURES);
        for (int id = 0; id < usage.nodeHours.size(); id++) {
            final int node = usage.nodeHours.component(id, 0);
            byNode.add(node, CPU, usage.nodeCpuSeconds.get(id));
            byNode.add(node, MEMORY, usage.nodeMemoryByteSeconds.get(id));
        }
        return byNode;
    }

    private static Sums sum(Sums byNode, int nodes) {
        final Sums ofCluster = new Sums(MEASURES);
        for (int node = 0; node < nodes; node++) {
            ofCluster.addSum(0, CPU, byNode, node);
            ofCluster.addSum(0, MEMORY, byNode, node);
        }
        return ofCluster;
    }

    /** Collects the nodes of a day's portions. A node is in one portion. */
    static final class Cluster {
        private final TextIndex nodes;
        private final Sums byNode = new Sums(MEASURES);
        private Sums sum;

        /** A cluster of these nodes, which are summed in the order of their numbers. */
        Cluster(TextIndex nodes) {
            this.nodes = nodes;
        }

        /** Takes over what a portion says. */
        void add(PodUsage usage, NodeCapacity portion) {
            for (int node = 0; node < usage.nodes.size(); node++) {
                final int id = nodes.find(usage.nodes.text(node));
                byNode.copy(id, CPU, portion.byNode, node);
                byNode.copy(id, MEMORY, portion.byNode, node);
            }
        }

        /** Once all portions were added. */
        private Sums sum() {
            if (sum == null) {
                sum = NodeCapacity.sum(byNode, nodes.size());
            }
            return sum;
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

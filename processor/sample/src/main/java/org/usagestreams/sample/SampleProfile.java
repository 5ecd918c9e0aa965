package org.usagestreams.sample;

/** Sizes of clusters. */
public enum SampleProfile {
    SMALL(3, 5, 40),
    MEDIUM(20, 40, 600),
    LARGE(150, 400, 12_000),
    /** The most that Kubernetes supports in one cluster: 5,000 nodes, 150,000 pods, 10,000 namespaces. */
    HUGE(5_000, 10_000, 150_000);

    private final int nodes;
    private final int namespaces;
    private final int pods;

    SampleProfile(int nodes, int namespaces, int pods) {
        this.nodes = nodes;
        this.namespaces = namespaces;
        this.pods = pods;
    }

    public int nodes() {
        return nodes;
    }

    public int namespaces() {
        return namespaces;
    }

    /** Pods that run at the same time. */
    public int pods() {
        return pods;
    }
}

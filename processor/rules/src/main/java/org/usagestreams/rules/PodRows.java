package org.usagestreams.rules;

import static org.usagestreams.rules.PodUsage.EFFECTIVE;
import static org.usagestreams.rules.PodUsage.MEASURES;
import static org.usagestreams.rules.PodUsage.MEMORY;
import static org.usagestreams.rules.PodUsage.REQUEST;
import static org.usagestreams.rules.PodUsage.USAGE;

import java.util.Arrays;
import java.util.Set;
import java.util.function.Consumer;
import org.usagestreams.wire.chunk.DayKey;

/** Pod rows and unallocated rows (section 3) from the pod usage of a day. */
final class PodRows {
    static final double HOURS = 1.0 / 3600;
    static final double GIBIBYTES = 0x1p-30;

    /** What is kept of a merged group: its tuple and its places in the index. */
    private static final int MERGED_BYTES = 40;

    private static final String PLATFORM_UNALLOCATED = "Platform unallocated";
    private static final String WORKER_UNALLOCATED = "Worker unallocated";
    private static final Set<String> NOT_ALLOCATED =
            Set.of(PLATFORM_UNALLOCATED, WORKER_UNALLOCATED, "Network unattributed", "Storage unattributed");
    private static final Set<String> PLATFORM_ROLES = Set.of("master", "infra");
    private static final String ROLE_LABEL = "node_role_kubernetes_io";
    /** Only control plane nodes have pods in it. */
    private static final String MASTER_NAMESPACE = "openshift-kube-apiserver";

    private final DayKey day;
    private final ReferenceData reference;
    private final Integer reportPeriod;
    private final CostCategories categories;
    private final PodUsage usage;
    private final NodeCapacity capacity;
    private final EnabledLabels inherited;
    private final RowIdentity identity = new RowIdentity();

    /** (namespace, node, merged labels). */
    private final TupleIndex groups;

    /** Those of the pod usage, whose groups are merged in place. */
    private final Sums sums;

    private final Maxima cores;
    private final Maxima memoryBytes;
    private final TextMaxima resources;
    private final boolean[] hasMasterPods;
    private final int[] groupKey = new int[3];

    PodRows(
            DayKey day,
            ReferenceData reference,
            PodUsage usage,
            NodeCapacity capacity,
            EnabledLabels inherited,
            DayBudget budget) {
        groups = new TupleIndex(3, MERGED_BYTES, budget);
        this.day = day;
        this.reference = reference;
        reportPeriod = reference.cluster().reportPeriodId(day.date());
        categories = new CostCategories(reference);
        this.usage = usage;
        this.inherited = inherited;
        this.capacity = capacity;
        sums = usage.sums;
        cores = usage.cores;
        memoryBytes = usage.memoryBytes;
        resources = usage.groupResources;
        hasMasterPods = new boolean[usage.nodes.size()];
    }

    /**
     * Groups whose labels become the same once they are merged become one. To be done before anything else is asked for. The usage
     * has no sums of its groups afterwards: a group has its place or an earlier one, so that no second array is needed.
     */
    Steps merging() {
        return Steps.following(usage.groups.size(), this::merge);
    }

    private void merge(int id) {
        final int namespace = usage.groups.component(id, 0);
        final int node = usage.groups.component(id, 1);
        hasMasterPods[node] |= MASTER_NAMESPACE.equals(usage.namespaces.text(namespace));
        final Labels merged = inherited
                .of(usage.nodes.text(node), usage.namespaces.text(namespace))
                .with(usage.labels.get(usage.groups.component(id, 2)))
                .mapped(reference.tagMappings());
        groupKey[0] = namespace;
        groupKey[1] = node;
        groupKey[2] = usage.labels.idOf(merged);
        final int known = groups.size();
        final int group = groups.idOf(groupKey);
        final boolean isNew = group == known;
        for (int measure = 0; measure < MEASURES; measure++) {
            sums.move(group, measure, id, isNew);
        }
        cores.move(group, id, isNew);
        memoryBytes.move(group, id, isNew);
        resources.move(group, id, isNew);
    }

    /** What the rows are made from. */
    PodUsage usage() {
        return usage;
    }

    /** What the rows have of nodes and cluster. */
    NodeCapacity capacity() {
        return capacity;
    }

    /** How many rows there are at most: one for each group, and one for each node. */
    long size() {
        return (long) groups.size() + usage.nodes.size();
    }

    /** Passes on the rows of pods, and then those of what is not allocated. */
    Steps emitting(Consumer<SummaryRow> rows) {
        return new StepQueue()
                .add(() -> Steps.each(groups.size(), group -> rows.accept(pod(group))))
                .add(() -> new Unallocated().emitting(rows));
    }

    private SummaryRow pod(int group) {
        final String namespace = usage.namespaces.text(groups.component(group, 0));
        final int nodeId = groups.component(group, 1);
        final String node = usage.nodes.text(nodeId);
        final Labels labels = usage.labels.get(groups.component(group, 2));
        final double[] amounts = capacities(nodeId, cores.get(group), memoryBytes.get(group));
        for (int measure = 0; measure < MEASURES; measure++) {
            amounts[measure] = sums.get(group, measure) * unit(measure);
        }
        return new SummaryRow(
                identity.start(SummaryRow.Kind.POD, day.source(), day.date().toString())
                        .add(namespace)
                        .add(node)
                        .add(labels)
                        .uuid(),
                day,
                SummaryRow.Kind.POD,
                reference.cluster(),
                reportPeriod,
                namespace,
                node,
                resources.get(group),
                labels,
                null,
                labels,
                null,
                null,
                null,
                categories.of(namespace),
                amounts);
    }

    /** What pods leave of each node. */
    private final class Unallocated {
        private final Sums allocated = new Sums(MEASURES);
        private final Maxima nodeCores = new Maxima();
        private final Maxima nodeBytes = new Maxima();
        private final TextMaxima nodeResources = new TextMaxima(usage.resources);
        private final boolean[] counted = new boolean[usage.nodes.size()];

        private Steps emitting(Consumer<SummaryRow> rows) {
            return new StepQueue()
                    .add(() -> Steps.following(groups.size(), this::count))
                    .add(() -> Steps.following(counted.length, node -> emit(node, rows)));
        }

        private void count(int group) {
            final String namespace = usage.namespaces.text(groups.component(group, 0));
            if (namespace == null || !NOT_ALLOCATED.contains(namespace)) {
                final int node = groups.component(group, 1);
                counted[node] = true;
                for (int measure = 0; measure < MEASURES; measure++) {
                    allocated.addSum(node, measure, sums, group);
                }
                nodeCores.offer(node, cores.get(group));
                nodeBytes.offer(node, memoryBytes.get(group));
                nodeResources.offer(node, resources.id(group));
            }
        }

        private void emit(int node, Consumer<SummaryRow> rows) {
            if (!counted[node]) {
                return;
            }
            final double[] amounts = capacities(node, nodeCores.get(node), nodeBytes.get(node));
            for (final int measure : new int[] {USAGE, REQUEST, EFFECTIVE}) {
                amounts[measure] = (capacity.coreSeconds(node) - allocated.get(node, measure)) * unit(measure);
                amounts[MEMORY + measure] =
                        (capacity.byteSeconds(node) - allocated.get(node, MEMORY + measure)) * unit(MEMORY + measure);
            }
            rows.accept(unallocated(usage.nodes.text(node), role(node), nodeResources.get(node), amounts));
        }
    }

    private SummaryRow unallocated(String node, String role, String resource, double[] amounts) {
        final String namespace = PLATFORM_ROLES.contains(role) ? PLATFORM_UNALLOCATED : WORKER_UNALLOCATED;
        return new SummaryRow(
                identity.start(
                                SummaryRow.Kind.UNALLOCATED,
                                day.source(),
                                day.date().toString())
                        .add(namespace)
                        .add(node)
                        .uuid(),
                day,
                SummaryRow.Kind.UNALLOCATED,
                reference.cluster(),
                reportPeriod,
                namespace,
                node,
                resource,
                null,
                null,
                Labels.NONE,
                null,
                null,
                null,
                categories.of(namespace),
                amounts);
    }

    /** The greatest role that the node's rows name, else that which its pods show, else that of its labels, else worker. */
    private String role(int node) {
        final String named = usage.role(node);
        if (named != null) {
            return named;
        }
        if (hasMasterPods[node]) {
            return "master";
        }
        final String labelled = inherited.allOfNode(usage.nodes.text(node)).get(ROLE_LABEL);
        return labelled != null && PLATFORM_ROLES.contains(labelled) ? labelled : "worker";
    }

    private double[] capacities(int node, double maxCores, double maxBytes) {
        final double[] amounts = new double[Amount.COUNT];
        Arrays.fill(amounts, Double.NaN);
        amounts[Amount.NODE_CAPACITY_CPU_CORES.index()] = maxCores;
        amounts[Amount.NODE_CAPACITY_CPU_CORE_HOURS.index()] = capacity.coreSeconds(node) * HOURS;
        amounts[Amount.NODE_CAPACITY_MEMORY_GIGABYTES.index()] = maxBytes * GIBIBYTES;
        amounts[Amount.NODE_CAPACITY_MEMORY_GIGABYTE_HOURS.index()] = capacity.byteSeconds(node) * HOURS * GIBIBYTES;
        amounts[Amount.CLUSTER_CAPACITY_CPU_CORE_HOURS.index()] = capacity.clusterCoreSeconds() * HOURS;
        amounts[Amount.CLUSTER_CAPACITY_MEMORY_GIGABYTE_HOURS.index()] =
                capacity.clusterByteSeconds() * HOURS * GIBIBYTES;
        return amounts;
    }

    private static double unit(int measure) {
        return measure < MEMORY ? HOURS : HOURS * GIBIBYTES;
    }
}

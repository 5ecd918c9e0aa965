package org.usagestreams.rules;

import java.util.List;
import java.util.function.Consumer;
import org.usagestreams.wire.chunk.Chunk;
import org.usagestreams.wire.chunk.Column;
import org.usagestreams.wire.chunk.Columns;
import org.usagestreams.wire.chunk.LongIndex;
import org.usagestreams.wire.message.SliceEnd;

/** The pod usage of a day, grouped by namespace, node and enabled pod labels. Sums are of seconds and byte-seconds. */
final class PodUsage {
    /** Measures, CPU first, then memory. */
    static final int USAGE = 0;

    static final int REQUEST = 1;
    static final int EFFECTIVE = 2;
    static final int LIMIT = 3;
    /** Memory's measures follow CPU's. */
    static final int MEMORY = 4;

    static final int MEASURES = 8;

    /** What is kept of a group: its tuple, its sums with their carries, its maxima; arrays have up to 50 % spare room. */
    static final int GROUP_BYTES = 256;

    private static final int NODE_HOUR_BYTES = 48;

    final TextIndex namespaces;
    final TextIndex nodes;
    final TextIndex pods;
    final TextIndex resources;
    final LabelSets labels;

    /** (namespace, node, enabled pod labels). */
    final TupleIndex groups;

    final Sums sums = new Sums(MEASURES);
    final Maxima cores = new Maxima();
    final Maxima memoryBytes = new Maxima();
    final TextMaxima groupResources;

    /** (node, interval start). */
    final TupleIndex nodeHours;

    final Maxima nodeCpuSeconds = new Maxima();
    final Maxima nodeMemoryByteSeconds = new Maxima();

    /** Where each pod ran; only where asked for, since it costs a look-up a row. */
    final PodNodes podNodes;

    private final DayBudget budget;
    private final TextIndex roleNames;
    private final TextMaxima roleMaxima;
    private final LongIndex intervals = new LongIndex(32);
    private final int[] groupKey = new int[3];
    private final int[] nodeHourKey = new int[2];

    /** Whether the nodes of the chunk at hand are numbered. */
    private boolean knowsNodes;

    private boolean hasLineItemsWithoutNode;

    PodUsage(LabelSets labels, boolean withPodNodes, DayBudget budget) {
        this.labels = labels;
        this.budget = budget;
        namespaces = new TextIndex(budget);
        nodes = new TextIndex(budget);
        pods = new TextIndex(budget);
        resources = new TextIndex(budget);
        groups = new TupleIndex(3, GROUP_BYTES, budget);
        groupResources = new TextMaxima(resources);
        nodeHours = new TupleIndex(2, NODE_HOUR_BYTES, budget);
        roleNames = new TextIndex(budget);
        roleMaxima = new TextMaxima(roleNames);
        podNodes = withPodNodes ? new PodNodes(resources, budget) : null;
    }

    /**
     * Reads the slices that count, newest object first.
     *
     * @param without takes each slice without a line item that counts
     */
    ChunkSteps reading(List<SliceEnd> slices, ChunkReader reader, Consumer<SliceEnd> without) {
        return new ChunkSteps(
                slices, reader, new LineItemVisitor(new LineItems(slices, 3, budget), this::read, without));
    }

    /** The greatest role that a node's rows name; null if they name none. */
    String role(int node) {
        return roleMaxima.get(node);
    }

    /** Whether all line items so far are of one node, those of the chunk at hand included. */
    boolean isOfOneNode() {
        return knowsNodes && nodes.size() == 2 && !hasLineItemsWithoutNode;
    }

    private int[] translateNodes(Column.Text column) {
        final int[] ids = nodes.translate(column);
        for (int row = 0; row < column.codes().length && nodes.size() == 2 && !hasLineItemsWithoutNode; row++) {
            hasLineItemsWithoutNode = column.codes()[row] == 0;
        }
        knowsNodes = true;
        return ids;
    }

    private void read(Chunk chunk, LineItems lineItems) {
        knowsNodes = false;
        final Column.Time starts = chunk.intervalStart();
        final boolean contested = lineItems.enterChunk(starts);
        final Column.Text namespaceColumn = chunk.text(Columns.NAMESPACE);
        final Column.Text nodeColumn = chunk.text(Columns.NODE);
        final Column.Text podColumn = chunk.text(Columns.POD);
        final Column.Text resourceColumn = chunk.text(Columns.RESOURCE_ID);
        final Column.Text roleColumn = chunk.text(Columns.NODE_ROLE);
        final Column.Text labelColumn = chunk.text(Columns.POD_LABELS);
        final int[] nodeIds = translateNodes(nodeColumn);
        final int[] namespaceIds = namespaces.translate(namespaceColumn);
        final boolean needPods = contested || podNodes != null;
        final int[] podIds = needPods ? pods.translate(podColumn) : new int[podColumn.dictionary().length + 1];
        final int[] resourceIds = resources.translate(resourceColumn);
        final int[] roleIds = translateRoles(roleColumn);
        final int[] labelIds = labels.translate(labelColumn);
        final int[] intervalIds = new int[starts.dictionary().length];
        for (int i = 0; i < intervalIds.length; i++) {
            intervalIds[i] = intervals.idOf(starts.dictionary()[i]);
        }
        final Measures measures = new Measures(chunk);
        int group = -1;
        int nodeHour = -1;
        for (int row = 0; row < chunk.rows(); row++) {
            final int namespace = namespaceIds[namespaceColumn.codes()[row]];
            final int node = nodeIds[nodeColumn.codes()[row]];
            final int pod = podIds[podColumn.codes()[row]];
            final int startCode = starts.codes()[row];
            if (contested && !lineItems.counts(startCode, node, namespace, pod, 0)) {
                continue;
            }
            final int label = labelIds[labelColumn.codes()[row]];
            if (group < 0 || groupKey[0] != namespace || groupKey[1] != node || groupKey[2] != label) {
                groupKey[0] = namespace;
                groupKey[1] = node;
                groupKey[2] = label;
                group = groups.idOf(groupKey);
            }
            if (nodeHour < 0 || nodeHourKey[0] != node || nodeHourKey[1] != intervalIds[startCode]) {
                nodeHourKey[0] = node;
                nodeHourKey[1] = intervalIds[startCode];
                nodeHour = nodeHours.idOf(nodeHourKey);
            }
            final int resource = resourceIds[resourceColumn.codes()[row]];
            measures.add(row, group, nodeHour);
            groupResources.offer(group, resource);
            roleMaxima.offer(node, roleIds[roleColumn.codes()[row]]);
            if (podNodes != null) {
                podNodes.add(namespace, pod, node, resource);
            }
        }
    }

    /** An empty role is none. */
    private int[] translateRoles(Column.Text column) {
        final int[] ids = roleNames.translate(column);
        for (int i = 1; i < ids.length; i++) {
            if (column.dictionary()[i - 1].isEmpty()) {
                ids[i] = 0;
            }
        }
        return ids;
    }

    /** The amounts of one chunk. */
    private final class Measures {
        private final double[] usageCpu;
        private final double[] requestCpu;
        private final double[] limitCpu;
        private final double[] effectiveCpu;
        private final double[] usageMemory;
        private final double[] requestMemory;
        private final double[] limitMemory;
        private final double[] effectiveMemory;
        private final double[] nodeCores;
        private final double[] nodeCoreSeconds;
        private final double[] nodeBytes;
        private final double[] nodeByteSeconds;

        Measures(Chunk chunk) {
            usageCpu = chunk.amounts(Columns.USAGE_CPU);
            requestCpu = chunk.amounts(Columns.REQUEST_CPU);
            limitCpu = chunk.amounts(Columns.LIMIT_CPU);
            effectiveCpu = chunk.amounts(Columns.EFFECTIVE_CPU);
            usageMemory = chunk.amounts(Columns.USAGE_MEMORY);
            requestMemory = chunk.amounts(Columns.REQUEST_MEMORY);
            limitMemory = chunk.amounts(Columns.LIMIT_MEMORY);
            effectiveMemory = chunk.amounts(Columns.EFFECTIVE_MEMORY);
            nodeCores = chunk.amounts(Columns.NODE_CPU_CORES);
            nodeCoreSeconds = chunk.amounts(Columns.NODE_CPU_CORE_SECONDS);
            nodeBytes = chunk.amounts(Columns.NODE_MEMORY_BYTES);
            nodeByteSeconds = chunk.amounts(Columns.NODE_MEMORY_BYTE_SECONDS);
        }

        void add(int row, int group, int nodeHour) {
            sums.add(group, USAGE, usageCpu[row]);
            sums.add(group, REQUEST, requestCpu[row]);
            sums.add(group, EFFECTIVE, effective(effectiveCpu[row], usageCpu[row], requestCpu[row]));
            sums.add(group, LIMIT, limitCpu[row]);
            sums.add(group, MEMORY + USAGE, usageMemory[row]);
            sums.add(group, MEMORY + REQUEST, requestMemory[row]);
            sums.add(group, MEMORY + EFFECTIVE, effective(effectiveMemory[row], usageMemory[row], requestMemory[row]));
            sums.add(group, MEMORY + LIMIT, limitMemory[row]);
            cores.offer(group, nodeCores[row]);
            memoryBytes.offer(group, nodeBytes[row]);
            nodeCpuSeconds.offer(nodeHour, nodeCoreSeconds[row]);
            nodeMemoryByteSeconds.offer(nodeHour, nodeByteSeconds[row]);
        }

        /** The given one, else the greater of usage and request; greatest ignores nulls. */
        private static double effective(double given, double usage, double request) {
            if (!Double.isNaN(given)) {
                return given;
            }
            if (Double.isNaN(usage)) {
                return request;
            }
            return usage >= request || Double.isNaN(request) ? usage : request;
        }
    }
}

package org.usagestreams.rules;

import java.util.ArrayList;
import java.util.List;

/** On which nodes each pod of a day ran, with the greatest resource id that its rows name there. */
final class PodNodes {
    private static final int PLACEMENT_BYTES = 48;

    /** The number of null in an index of texts. */
    private static final int NULL = 0;

    /** A tuple, and a list of its placements. */
    static final int POD_BYTES = 96;

    /** (namespace, pod, node). */
    private final TupleIndex placements;

    private final DayBudget budget;

    private final TextMaxima placementResources;
    private final int[] key = new int[3];
    private TupleIndex pods;
    private List<List<Integer>> placementsOfPod;

    PodNodes(TextIndex resources, DayBudget budget) {
        this.budget = budget;
        placements = new TupleIndex(3, PLACEMENT_BYTES, budget);
        placementResources = new TextMaxima(resources);
    }

    /** A pod without a name or namespace is that of no claim. */
    void add(int namespace, int pod, int node, int resource) {
        if (namespace == NULL || pod == NULL) {
            return;
        }
        key[0] = namespace;
        key[1] = pod;
        key[2] = node;
        placementResources.offer(placements.idOf(key), resource);
    }

    /** The numbers of a pod's placements, in the order in which they were seen; none if it has no rows. */
    List<Integer> placementsOf(int namespace, int pod) {
        if (pods == null) {
            index();
        }
        final int known = pods.size();
        final int id = pods.idOf(new int[] {namespace, pod});
        return id < known && id < placementsOfPod.size() ? placementsOfPod.get(id) : List.of();
    }

    /** How many placements there are. */
    int size() {
        return placements.size();
    }

    int namespace(int placement) {
        return placements.component(placement, 0);
    }

    int pod(int placement) {
        return placements.component(placement, 1);
    }

    int node(int placement) {
        return placements.component(placement, 2);
    }

    int resource(int placement) {
        return placementResources.id(placement);
    }

    private void index() {
        pods = new TupleIndex(2, POD_BYTES, budget);
        placementsOfPod = new ArrayList<>();
        for (int id = 0; id < placements.size(); id++) {
            final int pod = pods.idOf(new int[] {placements.component(id, 0), placements.component(id, 1)});
            if (pod == placementsOfPod.size()) {
                placementsOfPod.add(new ArrayList<>(1));
            }
            placementsOfPod.get(pod).add(id);
        }
    }
}

package org.usagestreams.reference;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;

/**
 * Reference data of one organisation. A kind that is empty is not named, and left as it is.
 *
 * @param organisation whose it is, as object keys name it; empty for what holds for every organisation
 * @param clusters by source
 * @param tagMappings parent key by child key
 * @param retention what is kept of each of the clusters
 */
public record ReferenceSet(
        String organisation,
        Optional<Map<String, Cluster>> clusters,
        Optional<Set<String>> enabledKeys,
        Optional<List<CostCategory>> costCategories,
        Optional<Map<String, String>> tagMappings,
        ClusterRetention retention) {
    /** A set that says nothing of what is kept. */
    public ReferenceSet(
            String organisation,
            Optional<Map<String, Cluster>> clusters,
            Optional<Set<String>> enabledKeys,
            Optional<List<CostCategory>> costCategories,
            Optional<Map<String, String>> tagMappings) {
        this(organisation, clusters, enabledKeys, costCategories, tagMappings, ClusterRetention.UNKNOWN);
    }
}

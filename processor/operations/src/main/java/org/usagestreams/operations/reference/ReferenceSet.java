package org.usagestreams.operations.reference;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;

/**
 * Reference data to load. What is empty is left as it is; what is there replaces all that was there of its kind.
 *
 * @param clusters by source
 */
public record ReferenceSet(
        Optional<Map<String, Cluster>> clusters,
        Optional<Set<String>> enabledKeys,
        Optional<List<CostCategory>> costCategories) {}

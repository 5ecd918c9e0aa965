package org.usagestreams.validation;

import java.util.List;

/**
 * Reference data as the summary is to use it. Each row begins with the organisation that it is of; it is empty for every one.
 *
 * @param clusters organisation, source, cluster id, alias (or null)
 * @param reportPeriods organisation, source, month as in 2025-11, report period
 * @param enabledKeys organisation, key of a label
 * @param costCategories organisation, pattern over namespaces, id
 * @param tagMappings organisation, child key, parent key
 * @param purged organisation, source, month as in 2025-11 whose rows cost management has removed
 * @param removed organisation, source that cost management has removed
 */
public record ReferenceRows(
        List<List<Object>> clusters,
        List<List<Object>> reportPeriods,
        List<List<Object>> enabledKeys,
        List<List<Object>> costCategories,
        List<List<Object>> tagMappings,
        List<List<Object>> purged,
        List<List<Object>> removed) {
    /** Where nothing was purged or removed. */
    public ReferenceRows(
            List<List<Object>> clusters,
            List<List<Object>> reportPeriods,
            List<List<Object>> enabledKeys,
            List<List<Object>> costCategories,
            List<List<Object>> tagMappings) {
        this(clusters, reportPeriods, enabledKeys, costCategories, tagMappings, List.of(), List.of());
    }
}

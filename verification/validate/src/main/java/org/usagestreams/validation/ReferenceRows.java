package org.usagestreams.validation;

import java.util.List;
import java.util.Map;

/**
 * Reference data as the summary is to use it.
 *
 * @param clusters source, then cluster id, alias (or null), report period (or null)
 * @param enabledKeys keys of labels
 * @param costCategories pattern over namespaces and id
 */
public record ReferenceRows(
        List<List<Object>> clusters, List<String> enabledKeys, List<Map.Entry<String, Integer>> costCategories) {}

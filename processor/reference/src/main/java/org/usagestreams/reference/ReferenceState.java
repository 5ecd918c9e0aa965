package org.usagestreams.reference;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;

/** Records of reference data by kind, organisation and name. Used by one thread. */
public final class ReferenceState {
    private final Map<ReferenceKind, Map<String, NavigableMap<String, byte[]>>> records =
            new EnumMap<>(ReferenceKind.class);

    /** Sets a record's value; null removes it. */
    public void put(ReferenceKind kind, ReferenceKey key, byte[] value) {
        final NavigableMap<String, byte[]> named = records.computeIfAbsent(kind, all -> new HashMap<>())
                .computeIfAbsent(key.organisation(), organisation -> new TreeMap<>());
        if (value == null) {
            named.remove(key.name());
        } else {
            named.put(key.name(), value);
        }
    }

    /** The records of a kind of an organisation, by name. */
    public SortedMap<String, byte[]> of(ReferenceKind kind, String organisation) {
        return records.getOrDefault(kind, Map.of()).getOrDefault(organisation, new TreeMap<>());
    }

    /** Whose records there are; the empty name stands for all organisations. */
    public SortedSet<String> organisations() {
        final SortedSet<String> organisations = new TreeSet<>();
        records.values()
                .forEach(named -> named.forEach((organisation, values) -> {
                    if (!values.isEmpty()) {
                        organisations.add(organisation);
                    }
                }));
        return organisations;
    }

    /** The records that hold what a set names of a kind, by name; empty where the set does not name the kind. */
    static Optional<SortedMap<String, byte[]>> of(ReferenceSet set, ReferenceKind kind) {
        return switch (kind) {
            case CLUSTER -> set.clusters().map(clusters -> clusters(clusters, set.retention()));
            case ENABLED_KEY -> set.enabledKeys().map(ReferenceState::enabledKeys);
            case COST_CATEGORY -> set.costCategories().map(ReferenceState::costCategories);
            case TAG_MAPPING -> set.tagMappings().map(ReferenceState::tagMappings);
        };
    }

    private static SortedMap<String, byte[]> clusters(Map<String, Cluster> clusters, ClusterRetention retention) {
        final SortedMap<String, byte[]> named = new TreeMap<>();
        clusters.forEach((source, cluster) ->
                named.put(ReferenceKey.cluster("", source).name(), ReferenceJson.cluster(cluster, retention)));
        return named;
    }

    private static SortedMap<String, byte[]> enabledKeys(Set<String> keys) {
        final SortedMap<String, byte[]> named = new TreeMap<>();
        keys.forEach(key -> named.put(key, ReferenceJson.enabledKey()));
        return named;
    }

    private static SortedMap<String, byte[]> costCategories(List<CostCategory> categories) {
        final SortedMap<String, byte[]> named = new TreeMap<>();
        categories.forEach(
                category -> named.put(ReferenceJson.categoryName(category), ReferenceJson.category(category)));
        return named;
    }

    private static SortedMap<String, byte[]> tagMappings(Map<String, String> mappings) {
        final SortedMap<String, byte[]> named = new TreeMap<>();
        mappings.forEach((child, parent) -> named.put(child, ReferenceJson.tagMapping(parent)));
        return named;
    }
}

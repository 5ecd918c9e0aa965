package org.usagestreams.operations.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;
import org.usagestreams.summarizer.reference.ReferenceJson;

/**
 * Reference data in a file, YAML or JSON:
 *
 * <pre>
 * clusters:
 *   - {source: 00000000-0000-4000-8000-000000000001, cluster_id: c1, cluster_alias: Cluster 1, report_period_id: 1}
 * enabled_keys: [app, tier]
 * cost_categories:
 *   - {pattern: openshift-%, cost_category_id: 1}
 * </pre>
 */
public final class ReferenceFile {
    private static final YAMLMapper YAML = new YAMLMapper();

    private ReferenceFile() {}

    /**
     * Reads a file.
     *
     * @throws IllegalArgumentException listing all that is wrong in it
     */
    public static ReferenceSet read(Path file) {
        final JsonNode root;
        try {
            // JSON is YAML.
            root = YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " is not readable as YAML or JSON: " + e.getMessage(), e);
        }
        final List<String> problems = new ArrayList<>();
        final Map<String, Cluster> clusters = new TreeMap<>();
        for (final JsonNode entry : root.path("clusters")) {
            if (entry.hasNonNull("source") && entry.hasNonNull("cluster_id")) {
                clusters.put(
                        ReferenceJson.clusterKey(entry.get("source").asText()),
                        new Cluster(
                                entry.get("cluster_id").asText(),
                                entry.hasNonNull("cluster_alias")
                                        ? entry.get("cluster_alias").asText()
                                        : null,
                                entry.hasNonNull("report_period_id")
                                        ? entry.get("report_period_id").asInt()
                                        : null));
            } else {
                problems.add("a cluster needs source and cluster_id: " + entry);
            }
        }
        final Set<String> keys = new TreeSet<>();
        for (final JsonNode key : root.path("enabled_keys")) {
            if (key.isValueNode() && !key.asText().isEmpty()) {
                keys.add(key.asText());
            } else {
                problems.add("an enabled key is a text: " + key);
            }
        }
        final List<CostCategory> categories = new ArrayList<>();
        for (final JsonNode entry : root.path("cost_categories")) {
            if (entry.hasNonNull("pattern") && entry.path("cost_category_id").canConvertToInt()) {
                categories.add(new CostCategory(
                        entry.get("pattern").asText(),
                        entry.get("cost_category_id").asInt()));
            } else {
                problems.add("a cost category needs pattern and cost_category_id: " + entry);
            }
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException(file + ":\n  " + String.join("\n  ", problems));
        }
        return new ReferenceSet(
                Optional.of(clusters).filter(c -> root.has("clusters")),
                Optional.of(keys).filter(k -> root.has("enabled_keys")),
                Optional.of(categories).filter(c -> root.has("cost_categories")));
    }
}

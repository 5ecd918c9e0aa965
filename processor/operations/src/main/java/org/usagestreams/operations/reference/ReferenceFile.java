package org.usagestreams.operations.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.reference.ReferenceKey;
import org.usagestreams.reference.ReferenceSet;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;

/**
 * Reference data in a file, YAML or JSON:
 *
 * <pre>
 * organisation: org1234567
 * clusters:
 *   - source: 00000000-0000-4000-8000-000000000001
 *     cluster_id: c1
 *     cluster_alias: Cluster 1
 *     report_periods:
 *       - {month: 2025-11, report_period_id: 1}
 * enabled_keys: [app, application, tier]
 * cost_categories:
 *   - {pattern: openshift-%, cost_category_id: 1}
 * tag_mappings:
 *   - {child: app, parent: application}
 * </pre>
 *
 * A file may also be a list of such entries, or have one under {@code organisations}. What is given without an organisation
 * holds for every one.
 */
public final class ReferenceFile {
    private static final YAMLMapper YAML = new YAMLMapper();

    private final List<String> problems = new ArrayList<>();

    private ReferenceFile() {}

    /**
     * Reads a file.
     *
     * @return what each organisation gets, in the file's order
     * @throws IllegalArgumentException listing all that is wrong in it
     */
    public static List<ReferenceSet> read(Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException("Cannot read " + file + ": it does not exist, or may not be read.");
        }
        final JsonNode root;
        try {
            // JSON is YAML.
            root = YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new IllegalArgumentException("Cannot read " + file + " as YAML or JSON: " + e.getMessage(), e);
        }
        final ReferenceFile reader = new ReferenceFile();
        final List<ReferenceSet> sets = new ArrayList<>();
        final Set<String> organisations = new TreeSet<>();
        for (final JsonNode entry : entries(root)) {
            if (!entry.isObject()) {
                throw new IllegalArgumentException(
                        "Cannot load " + file + ": it has no organisation, clusters, enabled_keys,"
                                + " cost_categories or tag_mappings, and no list of entries with these.");
            }
            final ReferenceSet set = reader.set(entry);
            if (!organisations.add(set.organisation())) {
                reader.problems.add(
                        "an organisation must have only one entry; this one has several: '" + set.organisation() + "'");
            }
            sets.add(set);
        }
        if (!reader.problems.isEmpty()) {
            throw new IllegalArgumentException("Cannot load " + file + ":\n  " + String.join("\n  ", reader.problems));
        }
        return sets;
    }

    private static Iterable<JsonNode> entries(JsonNode root) {
        if (root.isArray()) {
            return root;
        }
        return root.has("organisations") ? root.get("organisations") : List.of(root);
    }

    private ReferenceSet set(JsonNode entry) {
        final String organisation = text(entry, "organisation");
        if (organisation != null && organisation.matches(".*[|/\0].*")) {
            problems.add("an organisation must be a segment of object keys, without a bar: " + organisation);
        }
        return new ReferenceSet(
                organisation == null ? "" : organisation,
                Optional.of(clusters(entry)).filter(c -> entry.has("clusters")),
                Optional.of(enabledKeys(entry)).filter(k -> entry.has("enabled_keys")),
                Optional.of(categories(entry)).filter(c -> entry.has("cost_categories")),
                Optional.of(mappings(entry)).filter(m -> entry.has("tag_mappings")));
    }

    private Map<String, Cluster> clusters(JsonNode set) {
        final Map<String, Cluster> clusters = new TreeMap<>();
        for (final JsonNode entry : set.path("clusters")) {
            if (entry.hasNonNull("source") && entry.hasNonNull("cluster_id")) {
                clusters.put(
                        ReferenceKey.cluster("", entry.get("source").asText()).name(),
                        new Cluster(entry.get("cluster_id").asText(), text(entry, "cluster_alias"), periods(entry)));
            } else {
                problems.add("a cluster needs source and cluster_id: " + entry);
            }
        }
        return clusters;
    }

    private Map<YearMonth, Integer> periods(JsonNode cluster) {
        if (cluster.has("report_period_id")) {
            problems.add("a cluster must have report_periods, each with month and report_period_id, instead of"
                    + " report_period_id: "
                    + cluster);
        }
        final Map<YearMonth, Integer> periods = new TreeMap<>();
        for (final JsonNode entry : cluster.path("report_periods")) {
            try {
                if (entry.path("report_period_id").canConvertToInt()
                        && periods.put(
                                        YearMonth.parse(entry.path("month").asText()),
                                        entry.get("report_period_id").asInt())
                                == null) {
                    continue;
                }
            } catch (DateTimeParseException e) {
                // Falls through to the problem.
            }
            problems.add("a report period needs a month such as 2025-11, once each, and report_period_id: " + entry);
        }
        return periods;
    }

    private Set<String> enabledKeys(JsonNode set) {
        final Set<String> keys = new TreeSet<>();
        for (final JsonNode key : set.path("enabled_keys")) {
            if (key.isValueNode() && !key.asText().isEmpty()) {
                keys.add(key.asText());
            } else {
                problems.add("an enabled key must be a text: " + key);
            }
        }
        return keys;
    }

    private List<CostCategory> categories(JsonNode set) {
        final List<CostCategory> categories = new ArrayList<>();
        for (final JsonNode entry : set.path("cost_categories")) {
            if (entry.hasNonNull("pattern") && entry.path("cost_category_id").canConvertToInt()) {
                categories.add(new CostCategory(
                        entry.get("pattern").asText(),
                        entry.get("cost_category_id").asInt()));
            } else {
                problems.add("a cost category needs pattern and cost_category_id: " + entry);
            }
        }
        return categories;
    }

    private Map<String, String> mappings(JsonNode set) {
        final Map<String, String> mappings = new TreeMap<>();
        for (final JsonNode entry : set.path("tag_mappings")) {
            final String child = text(entry, "child");
            final String parent = text(entry, "parent");
            if (child == null || parent == null || child.isEmpty() || parent.isEmpty() || child.equals(parent)) {
                problems.add("a tag mapping needs child and parent, two label keys: " + entry);
            } else if (mappings.put(child, parent) != null) {
                problems.add("a child key must have only one parent: " + entry);
            }
        }
        return mappings;
    }

    private static String text(JsonNode entry, String field) {
        return entry.hasNonNull(field) ? entry.get(field).asText() : null;
    }
}

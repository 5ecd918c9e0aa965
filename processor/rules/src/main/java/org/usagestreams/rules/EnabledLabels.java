package org.usagestreams.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The enabled labels that a row takes over from its node and its namespace (section 3: the later wins). */
final class EnabledLabels {
    private final LabelParser parser;
    private final Set<String> enabled;
    private final DayBudget budget;
    private final LatestLabels ofNodes;
    private final LatestLabels ofNamespaces;
    private final Map<String, Labels> parsed = new HashMap<>();
    private final Map<String, Map<String, Labels>> merged = new HashMap<>();

    EnabledLabels(
            LabelParser parser,
            Set<String> enabled,
            LatestLabels ofNodes,
            LatestLabels ofNamespaces,
            DayBudget budget) {
        this.budget = budget;
        this.parser = parser;
        this.enabled = enabled;
        this.ofNodes = ofNodes;
        this.ofNamespaces = ofNamespaces;
    }

    /** Enabled labels of a node, then those of a namespace; either may be null. */
    Labels of(String node, String namespace) {
        return merged.computeIfAbsent(node, n -> new HashMap<>())
                .computeIfAbsent(
                        namespace,
                        name -> merged(all(ofNodes.textOf(node))
                                .only(enabled)
                                .with(all(ofNamespaces.textOf(name)).only(enabled))));
    }

    /** All labels of a node, enabled or not. */
    Labels allOfNode(String node) {
        return all(ofNodes.textOf(node));
    }

    private Labels all(String text) {
        return text == null ? Labels.NONE : parsed.computeIfAbsent(text, t -> counted(parser.parse(t)));
    }

    private Labels counted(Labels labels) {
        budget.addParsed(labels);
        return labels;
    }

    private Labels merged(Labels labels) {
        budget.addLabels(labels);
        return labels;
    }
}

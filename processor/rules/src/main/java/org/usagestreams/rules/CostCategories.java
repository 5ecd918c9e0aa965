package org.usagestreams.rules;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The cost categories of a day's namespaces, each looked for once: a day has many more rows than namespaces. */
final class CostCategories {
    private final ReferenceData reference;
    private final Map<String, Optional<Integer>> found = new HashMap<>();

    CostCategories(ReferenceData reference) {
        this.reference = reference;
    }

    /** As {@link ReferenceData#categoryOf}. */
    Integer of(String namespace) {
        return found.computeIfAbsent(namespace, name -> Optional.ofNullable(reference.categoryOf(name)))
                .orElse(null);
    }
}

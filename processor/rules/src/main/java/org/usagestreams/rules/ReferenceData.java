package org.usagestreams.rules;

import java.time.LocalDate;
import java.time.YearMonth;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The data that the summary of a source needs in addition to its reports (section 1).
 *
 * @param cluster the source's cluster
 * @param enabledKeys label keys that reach the summary, always with {@link #ALWAYS_ENABLED}
 * @param categories cost categories
 * @param tagMappings parent key by child key: in merged labels, the parent's key stands for the child's
 */
public record ReferenceData(
        Cluster cluster, Set<String> enabledKeys, List<CostCategory> categories, Map<String, String> tagMappings) {
    /** The label key that is enabled without being listed. */
    public static final String ALWAYS_ENABLED = "vm_kubevirt_io_name";

    /** Adds the key that is always enabled. */
    public ReferenceData {
        if (!enabledKeys.contains(ALWAYS_ENABLED)) {
            final Set<String> keys = new HashSet<>(enabledKeys);
            keys.add(ALWAYS_ENABLED);
            enabledKeys = keys;
        }
        // Does not copy what is immutable already: each pass of a day has its own, of the same thousands of keys.
        enabledKeys = Set.copyOf(enabledKeys);
        categories = List.copyOf(categories);
        tagMappings = Map.copyOf(tagMappings);
    }

    /**
     * A source's cluster.
     *
     * @param id the cluster's id
     * @param alias null if it has none
     * @param reportPeriods id of its report period by month
     */
    public record Cluster(String id, String alias, Map<YearMonth, Integer> reportPeriods) {
        /** Copies the periods. */
        public Cluster {
            reportPeriods = Map.copyOf(reportPeriods);
        }

        /** The cluster of an unknown source: its id is the source's UUID. */
        public static Cluster unknown(String source) {
            return new Cluster(source, null, Map.of());
        }

        /** The id of the report period of the date's month; null if the month has none. */
        public Integer reportPeriodId(LocalDate date) {
            return reportPeriods.get(YearMonth.from(date));
        }

        /** The months whose report period differs from the other's. */
        public Set<YearMonth> differingMonths(Cluster other) {
            final Set<YearMonth> months = new HashSet<>(reportPeriods.keySet());
            months.addAll(other.reportPeriods.keySet());
            months.removeIf(month -> Objects.equals(reportPeriods.get(month), other.reportPeriods.get(month)));
            return months;
        }
    }

    /**
     * A cost category of the namespaces that match a pattern.
     *
     * @param pattern SQL LIKE, with backslash as escape
     * @param id the category's id
     */
    public record CostCategory(String pattern, int id) {}

    /** The greatest id of the categories whose pattern the namespace matches; null if none does. */
    Integer categoryOf(String namespace) {
        Integer greatest = null;
        for (final CostCategory category : categories) {
            if (namespace != null
                    && (greatest == null || category.id() > greatest)
                    && LikePattern.matches(category.pattern(), namespace)) {
                greatest = category.id();
            }
        }
        return greatest;
    }
}

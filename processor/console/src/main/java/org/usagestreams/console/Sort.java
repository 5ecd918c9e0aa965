package org.usagestreams.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.usagestreams.instance.WebSite.Ask;

/**
 * The order of a table that is read whole. What is missing comes last in both directions.
 *
 * @param column a field of its rows
 */
public record Sort(String column, boolean descending) {
    /** The columns of sums. */
    static final Set<String> DATA = Set.of(
            "usage_date",
            "name",
            "rows",
            "cpu_usage",
            "cpu_request",
            "cpu_effective",
            "cpu_unallocated",
            "cpu_capacity",
            "memory_usage",
            "memory_request",
            "memory_effective",
            "memory_unallocated",
            "memory_capacity",
            "storage_usage",
            "storage_request",
            "storage_capacity");

    /** The columns by which pages of entries are in order; each has an index. */
    public static final Set<String> FILES = Set.of("object_key", "size_bytes", "uploaded_at");

    /** The columns of an object's entry in the ledger that tables show. */
    public static final Set<String> ENTRIES =
            Set.of("state", "object_key", "report_type", "size_bytes", "rows_read", "uploaded_at");

    /** The columns of a day's status that tables show. */
    static final Set<String> DAYS = Set.of(
            "usage_date",
            "organisation",
            "source_uuid",
            "pod_usage_complete_hours",
            "revision",
            "row_count",
            "live_objects",
            "changed_at",
            "validated_at");

    /** The order that is asked for by a name or, from the largest on, a name with a minus before it; refused where it is another's. */
    static Optional<Sort> of(Ask ask, Set<String> columns) {
        final String asked = ask.text("sort");
        if (asked.isEmpty()) {
            return Optional.empty();
        }
        final Sort sort = new Sort(asked.startsWith("-") ? asked.substring(1) : asked, asked.startsWith("-"));
        if (!columns.contains(sort.column())) {
            throw Refusal.badQuery("There is no order by " + sort.column() + ".");
        }
        return Optional.of(sort);
    }

    /** As a request asks for it. */
    String text() {
        return (descending ? "-" : "") + column;
    }

    /** The rows in this order; those that are equal keep theirs. */
    ArrayNode sorted(JsonNode rows) {
        final List<JsonNode> list = new ArrayList<>();
        rows.forEach(list::add);
        final Comparator<JsonNode> values = Sort::compare;
        list.sort(Comparator.<JsonNode, Boolean>comparing(row -> !row.hasNonNull(column))
                .thenComparing(row -> row.path(column), descending ? values.reversed() : values));
        final ArrayNode sorted = SystemState.JSON.createArrayNode();
        sorted.addAll(list);
        return sorted;
    }

    private static int compare(JsonNode a, JsonNode b) {
        if (!a.isValueNode() || a.isNull()) {
            // Then so is the other.
            return 0;
        }
        return a.isNumber() && b.isNumber()
                ? a.decimalValue().compareTo(b.decimalValue())
                : a.asText().compareTo(b.asText());
    }

    /** What a link asks for that sorts by a column: the other direction where it sorts already. */
    public static String next(String sorted, String column) {
        return sorted.equals("-" + column) ? column : "-" + column;
    }

    /** For assistive technology; null where the table is not sorted by the column. */
    public static String aria(String sorted, String column) {
        if (sorted.equals(column)) {
            return "ascending";
        }
        return sorted.equals("-" + column) ? "descending" : null;
    }

    /** An arrow for people; empty where the table is not sorted by the column. */
    public static String arrow(String sorted, String column) {
        final String aria = aria(sorted, column);
        return aria == null ? "" : "ascending".equals(aria) ? " ↑" : " ↓";
    }
}

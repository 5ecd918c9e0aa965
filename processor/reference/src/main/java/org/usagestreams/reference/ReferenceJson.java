package org.usagestreams.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.YearMonth;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;

/** The JSON values of reference data on its topics. The same data gives the same bytes. */
public final class ReferenceJson {
    private static final JsonMapper JSON = new JsonMapper();

    private ReferenceJson() {}

    /** Value of a source's cluster, of whose retention nothing is known. */
    public static byte[] cluster(Cluster cluster) {
        return cluster(cluster, ClusterRetention.UNKNOWN);
    }

    /** Value of a source's cluster. */
    public static byte[] cluster(Cluster cluster, ClusterRetention retention) {
        final ObjectNode json = JSON.createObjectNode();
        json.put("cluster_id", cluster.id());
        json.put("cluster_alias", cluster.alias());
        final ArrayNode periods = json.putArray("report_periods");
        new TreeMap<>(cluster.reportPeriods())
                .forEach((month, id) ->
                        periods.addObject().put("month", month.toString()).put("report_period_id", id));
        if (retention.months() != null) {
            json.put("retention_months", retention.months());
        }
        put(json, "partitions", retention.partitions());
        put(json, "purged", retention.purged());
        if (retention.isRemoved()) {
            json.put("removed", true);
        }
        return bytes(json);
    }

    private static void put(ObjectNode json, String field, Set<YearMonth> months) {
        if (!months.isEmpty()) {
            final ArrayNode array = json.putArray(field);
            new TreeSet<>(months).forEach(month -> array.add(month.toString()));
        }
    }

    /** The months that cost management keeps of a cluster, from the cluster's record; unknown if they cannot be read. */
    public static ClusterRetention readRetention(byte[] value) {
        return read(value)
                .map(json -> new ClusterRetention(
                        json.path("retention_months").canConvertToInt()
                                ? json.get("retention_months").asInt()
                                : null,
                        months(json.path("partitions")),
                        months(json.path("purged")),
                        json.path("removed").asBoolean()))
                .orElse(ClusterRetention.UNKNOWN);
    }

    private static Set<YearMonth> months(JsonNode texts) {
        final Set<YearMonth> months = new TreeSet<>();
        texts.forEach(text -> month(text.asText()).ifPresent(months::add));
        return months;
    }

    /** A source's cluster from its record; empty where the value cannot be read. */
    public static Optional<Cluster> readCluster(byte[] value) {
        return read(value)
                .filter(json -> json.hasNonNull("cluster_id"))
                .map(json -> new Cluster(
                        json.get("cluster_id").asText(),
                        json.hasNonNull("cluster_alias")
                                ? json.get("cluster_alias").asText()
                                : null,
                        periods(json.path("report_periods"))));
    }

    private static Map<YearMonth, Integer> periods(JsonNode entries) {
        final Map<YearMonth, Integer> periods = new HashMap<>();
        for (final JsonNode entry : entries) {
            month(entry.path("month").asText())
                    .filter(month -> entry.path("report_period_id").canConvertToInt())
                    .ifPresent(month ->
                            periods.put(month, entry.get("report_period_id").asInt()));
        }
        return periods;
    }

    private static Optional<YearMonth> month(String text) {
        try {
            return Optional.of(YearMonth.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** Value of an enabled key. */
    public static byte[] enabledKey() {
        return bytes(JSON.createObjectNode().put("enabled", true));
    }

    /** The name that identifies a cost category. */
    public static String categoryName(CostCategory category) {
        return category.id() + "|" + category.pattern();
    }

    /** Value of a cost category. */
    public static byte[] category(CostCategory category) {
        return bytes(JSON.createObjectNode().put("pattern", category.pattern()).put("cost_category_id", category.id()));
    }

    /** A cost category from its record; empty where the value cannot be read. */
    public static Optional<CostCategory> readCategory(byte[] value) {
        return read(value)
                .filter(json -> json.hasNonNull("pattern")
                        && json.path("cost_category_id").canConvertToInt())
                .map(json -> new CostCategory(
                        json.get("pattern").asText(),
                        json.get("cost_category_id").asInt()));
    }

    /** Value of a tag mapping, whose record is known by the child key. */
    public static byte[] tagMapping(String parent) {
        return bytes(JSON.createObjectNode().put("parent", parent));
    }

    /** The parent key from a tag mapping's record; empty where the value cannot be read. */
    public static Optional<String> readTagMapping(byte[] value) {
        return read(value).filter(json -> json.hasNonNull("parent")).map(json -> json.get("parent")
                .asText());
    }

    private static Optional<JsonNode> read(byte[] value) {
        try {
            return Optional.ofNullable(JSON.readTree(value));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static byte[] bytes(ObjectNode json) {
        return json.toString().getBytes(StandardCharsets.UTF_8);
    }
}

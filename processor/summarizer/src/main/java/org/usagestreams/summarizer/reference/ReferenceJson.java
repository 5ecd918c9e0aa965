package org.usagestreams.summarizer.reference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.usagestreams.rules.ReferenceData.Cluster;
import org.usagestreams.rules.ReferenceData.CostCategory;

/** Reference data as the records of its three topics. */
public final class ReferenceJson {
    private static final JsonMapper JSON = new JsonMapper();

    private ReferenceJson() {}

    /** Key of a source's cluster. */
    public static String clusterKey(String source) {
        return source.toLowerCase(Locale.ROOT);
    }

    /** Value of a source's cluster. */
    public static byte[] cluster(Cluster cluster) {
        final ObjectNode json = JSON.createObjectNode();
        json.put("cluster_id", cluster.id());
        json.put("cluster_alias", cluster.alias());
        json.put("report_period_id", cluster.reportPeriodId());
        return bytes(json);
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
                        json.hasNonNull("report_period_id")
                                ? json.get("report_period_id").asInt()
                                : null));
    }

    /** Value of an enabled key. */
    public static byte[] enabledKey() {
        return bytes(JSON.createObjectNode().put("enabled", true));
    }

    /** Key of a cost category. */
    public static String categoryKey(CostCategory category) {
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

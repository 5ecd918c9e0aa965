package org.usagestreams.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;

/** The reference data that stands on its topics. */
final class TopicReference {
    private static final JsonMapper JSON = new JsonMapper();

    private TopicReference() {}

    static ReferenceRows read(Settings settings) {
        final List<List<Object>> clusters = new ArrayList<>();
        final List<Map.Entry<String, Integer>> categories = new ArrayList<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), settings.kafkaClient())) {
            read(reader, settings, TopicRole.CLUSTERS)
                    .forEach((source, json) -> clusters.add(Arrays.asList(
                            source,
                            text(json, "cluster_id"),
                            text(json, "cluster_alias"),
                            json.hasNonNull("report_period_id")
                                    ? json.get("report_period_id").asInt()
                                    : null)));
            read(reader, settings, TopicRole.COST_CATEGORIES)
                    .forEach((key, json) -> categories.add(Map.entry(
                            json.get("pattern").asText(),
                            json.get("cost_category_id").asInt())));
            return new ReferenceRows(
                    clusters,
                    List.copyOf(read(reader, settings, TopicRole.ENABLED_KEYS).keySet()),
                    categories);
        }
    }

    private static String text(JsonNode json, String field) {
        return json.hasNonNull(field) ? json.get(field).asText() : null;
    }

    private static Map<String, JsonNode> read(TopicReader reader, Settings settings, TopicRole role) {
        final Map<String, JsonNode> held = new TreeMap<>();
        reader.readAll(settings.topics().name(role), record -> {
            final String key = new String(record.key(), StandardCharsets.UTF_8);
            if (record.value() == null) {
                held.remove(key);
            } else {
                try {
                    held.put(key, JSON.readTree(record.value()));
                } catch (IOException e) {
                    throw new UncheckedIOException("topic " + record.topic() + ", key " + key + " is no JSON", e);
                }
            }
        });
        return held;
    }
}

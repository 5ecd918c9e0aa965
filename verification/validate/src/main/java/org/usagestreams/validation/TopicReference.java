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

/** The reference data on its topics. */
final class TopicReference {
    private static final JsonMapper JSON = new JsonMapper();

    private TopicReference() {}

    static ReferenceRows read(Settings settings) {
        final List<List<Object>> clusters = new ArrayList<>();
        final List<List<Object>> periods = new ArrayList<>();
        final List<List<Object>> purged = new ArrayList<>();
        final List<List<Object>> removed = new ArrayList<>();
        final List<List<Object>> keys = new ArrayList<>();
        final List<List<Object>> categories = new ArrayList<>();
        final List<List<Object>> mappings = new ArrayList<>();
        try (TopicReader reader = new TopicReader(KafkaClients.real(), settings.kafkaClient())) {
            read(reader, settings, TopicRole.CLUSTERS).forEach((key, json) -> {
                clusters.add(Arrays.asList(
                        organisation(key), name(key), text(json, "cluster_id"), text(json, "cluster_alias")));
                json.path("report_periods")
                        .forEach(period -> periods.add(List.of(
                                organisation(key),
                                name(key),
                                period.get("month").asText(),
                                period.get("report_period_id").asInt())));
                json.path("purged").forEach(month -> purged.add(List.of(organisation(key), name(key), month.asText())));
                if (json.path("removed").asBoolean()) {
                    removed.add(List.of(organisation(key), name(key)));
                }
            });
            read(reader, settings, TopicRole.ENABLED_KEYS)
                    .forEach((key, json) -> keys.add(List.of(organisation(key), name(key))));
            read(reader, settings, TopicRole.COST_CATEGORIES)
                    .forEach((key, json) -> categories.add(List.of(
                            organisation(key),
                            json.get("pattern").asText(),
                            json.get("cost_category_id").asInt())));
            read(reader, settings, TopicRole.TAG_MAPPINGS)
                    .forEach((key, json) -> mappings.add(List.of(
                            organisation(key), name(key), json.get("parent").asText())));
            return new ReferenceRows(clusters, periods, keys, categories, mappings, purged, removed);
        }
    }

    /** Keys are {@code organisation|name}. */
    private static String organisation(String key) {
        return key.substring(0, Math.max(0, key.indexOf('|')));
    }

    private static String name(String key) {
        return key.substring(key.indexOf('|') + 1);
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

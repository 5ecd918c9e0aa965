package org.usagestreams.topics;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The catalog of all topics, by role. */
public final class TopicCatalog {
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<TopicRole, TopicSpec> topics;

    private TopicCatalog(Map<TopicRole, TopicSpec> topics) {
        this.topics = topics;
    }

    /** The catalog that ships with the program. */
    public static TopicCatalog shipped() {
        try (InputStream in = TopicCatalog.class.getResourceAsStream("/topics.yaml")) {
            return read(YAML.readTree(in), "topics.yaml");
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read topics.yaml from the class path", e);
        }
    }

    /**
     * A catalog in a file.
     *
     * @throws IllegalArgumentException where it is not readable, or lacks something
     */
    public static TopicCatalog read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(YAML.readTree(in), file.toString());
        } catch (IOException e) {
            throw new IllegalArgumentException("Cannot read topic catalog " + file + ": " + e.getMessage(), e);
        }
    }

    private static TopicCatalog read(JsonNode root, String file) {
        final List<String> problems = new ArrayList<>();
        final Map<TopicRole, TopicSpec> topics = new EnumMap<>(TopicRole.class);
        for (final JsonNode topic : root.path("topics")) {
            try {
                final TopicSpec spec = spec(topic);
                if (topics.put(spec.role(), spec) != null) {
                    problems.add("role " + spec.role() + " occurs twice");
                }
            } catch (RuntimeException e) {
                problems.add("topic " + topic.path("name").asText("without name") + ": " + e.getMessage());
            }
        }
        for (final TopicRole role : TopicRole.values()) {
            if (!topics.containsKey(role)) {
                problems.add("no topic has the role " + role);
            }
        }
        final List<Integer> scaled = topics.values().stream()
                .filter(TopicSpec::scaled)
                .map(TopicSpec::partitions)
                .distinct()
                .toList();
        if (scaled.size() > 1) {
            problems.add("scaled topics differ in their partitions: " + scaled);
        }
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("Cannot use topic catalog " + file + ": " + String.join("; ", problems));
        }
        return new TopicCatalog(topics);
    }

    private static TopicSpec spec(JsonNode topic) {
        final Map<String, String> config = new HashMap<>();
        topic.path("config")
                .properties()
                .forEach(e -> config.put(e.getKey(), e.getValue().asText()));
        return new TopicSpec(
                TopicRole.valueOf(topic.path("role").asText()),
                required(topic, "name"),
                required(topic, "about"),
                required(topic, "key"),
                required(topic, "value"),
                Integer.parseInt(required(topic, "partitions")),
                topic.path("scaled").asBoolean(),
                required(topic, "cleanup"),
                Duration.parse(required(topic, "retention")),
                config);
    }

    private static String required(JsonNode topic, String field) {
        final String text = topic.path(field).asText("");
        if (text.isEmpty()) {
            throw new IllegalArgumentException("has no " + field);
        }
        return text;
    }

    /** The same topics with another number of partitions where they are scaled. */
    public TopicCatalog withPartitions(int partitions) {
        final Map<TopicRole, TopicSpec> changed = new EnumMap<>(topics);
        changed.replaceAll((role, spec) -> spec.scaled() ? spec.withPartitions(partitions) : spec);
        return new TopicCatalog(changed);
    }

    /** The same topics, one of them under another name. */
    public TopicCatalog renamed(TopicRole role, String name) {
        final Map<TopicRole, TopicSpec> changed = new EnumMap<>(topics);
        changed.computeIfPresent(role, (same, spec) -> spec.named(name));
        return new TopicCatalog(changed);
    }

    /** A topic's name. */
    public String name(TopicRole role) {
        return topics.get(role).name();
    }

    /** A topic. */
    public TopicSpec get(TopicRole role) {
        return topics.get(role);
    }

    /** All topics, in the order of the flow. */
    public Collection<TopicSpec> all() {
        return List.copyOf(topics.values());
    }
}

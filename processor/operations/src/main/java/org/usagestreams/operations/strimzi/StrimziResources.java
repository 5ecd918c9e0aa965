package org.usagestreams.operations.strimzi;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AclOperation;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.operations.sink.Sinks;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.AccessCatalog;
import org.usagestreams.topics.TopicSpec;

/** Topics, users and connectors as resources of Strimzi, from the files that define them for everything else. Thread-safe. */
public final class StrimziResources {
    private static final String HEAD = "# Made by scripts/strimzi; not to be changed by hand.\n";
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    private static final JsonMapper JSON = new JsonMapper();

    private final Settings settings;
    private final String cluster;
    private final String connect;

    /**
     * Those of an installation.
     *
     * @param settings with their references unresolved
     * @param cluster name of the Kafka cluster
     * @param connect name of the KafkaConnect
     */
    public StrimziResources(Settings settings, String cluster, String connect) {
        this.settings = settings;
        this.cluster = cluster;
        this.connect = connect;
    }

    /**
     * Writes {@code topics.yaml}, {@code users.yaml} and {@code connectors.yaml}.
     *
     * @param directory is made where it is missing
     * @throws IOException where a file cannot be written
     */
    public void write(Path directory) throws IOException {
        Files.createDirectories(directory);
        write(directory.resolve("topics.yaml"), settings.topics().all().stream().map(this::topic));
        write(
                directory.resolve("users.yaml"),
                AccessCatalog.shipped(settings.topics(), settings::plain).principals().stream()
                        .map(this::user));
        write(
                directory.resolve("connectors.yaml"),
                new Sinks(settings).all().stream().map(this::connector));
    }

    private static void write(Path file, Stream<ObjectNode> resources) throws IOException {
        final List<String> texts = new ArrayList<>();
        for (final ObjectNode resource : resources.toList()) {
            texts.add(YAML.writeValueAsString(resource));
        }
        Files.writeString(file, HEAD + String.join("", texts));
    }

    private static ObjectNode resource(String kind, String name, String label, String value) {
        final ObjectNode resource = JSON.createObjectNode();
        resource.put("apiVersion", "kafka.strimzi.io/v1").put("kind", kind);
        resource.putObject("metadata").put("name", name).putObject("labels").put(label, value);
        return resource;
    }

    private ObjectNode topic(TopicSpec topic) {
        final ObjectNode resource = resource("KafkaTopic", topic.name(), "strimzi.io/cluster", cluster);
        final ObjectNode body = resource.putObject("spec");
        body.put("partitions", topic.partitions());
        if (settings.integer("topics.replication.factor") > 0) {
            body.put("replicas", settings.integer("topics.replication.factor"));
        }
        final ObjectNode config = body.putObject("config");
        new TreeMap<>(topic.topicConfig()).forEach(config::put);
        return resource;
    }

    private ObjectNode user(AccessCatalog.Principal principal) {
        final ObjectNode resource = resource("KafkaUser", "usage-" + principal.name(), "strimzi.io/cluster", cluster);
        final ObjectNode body = resource.putObject("spec");
        body.putObject("authentication").put("type", "scram-sha-512");
        final ArrayNode acls =
                body.putObject("authorization").put("type", "simple").putArray("acls");
        for (final AccessCatalog.Rule rule : principal.allow()) {
            final ObjectNode acl = acls.addObject();
            final ObjectNode on = acl.putObject("resource");
            on.put("type", camel(rule.resource().resourceType().name(), false));
            if (!"CLUSTER".equals(rule.resource().resourceType().name())) {
                on.put("name", rule.resource().name());
                on.put(
                        "patternType",
                        "PREFIXED".equals(rule.resource().patternType().name()) ? "prefix" : "literal");
            }
            final ArrayNode operations = acl.putArray("operations");
            for (final AclOperation operation : rule.operations()) {
                operations.add(camel(operation.name(), true));
            }
        }
        return resource;
    }

    /** DESCRIBE_CONFIGS is DescribeConfigs, and TRANSACTIONAL_ID transactionalId. */
    private static String camel(String name, boolean capital) {
        final String joined = Stream.of(name.toLowerCase(Locale.ROOT).split("_", -1))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
        return capital ? joined : joined.substring(0, 1).toLowerCase(Locale.ROOT) + joined.substring(1);
    }

    private ObjectNode connector(SinkDefinition definition) {
        final Map<String, String> config = new TreeMap<>(definition.config());
        final ObjectNode resource = resource("KafkaConnector", definition.name(), "strimzi.io/cluster", connect);
        final ObjectNode body = resource.putObject("spec");
        body.put("class", config.remove("connector.class"));
        body.put("tasksMax", Integer.parseInt(config.remove("tasks.max")));
        body.putObject("autoRestart").put("enabled", true);
        config.remove("name");
        final ObjectNode inner = body.putObject("config");
        config.forEach(inner::put);
        return resource;
    }
}

package org.usagestreams.topics;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rights of each service in Kafka, from {@code access.yaml}. */
public final class AccessCatalog {
    private static final ObjectMapper YAML = new YAMLMapper();
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(topic|setting):([^}]+)}");
    private static final Map<String, ResourceType> TYPES = Map.of(
            "topic", ResourceType.TOPIC,
            "group", ResourceType.GROUP,
            "transactionalId", ResourceType.TRANSACTIONAL_ID,
            "cluster", ResourceType.CLUSTER);

    private final List<Principal> principals;

    /**
     * One who connects.
     *
     * @param name such as {@code splitter}
     * @param about what it does, for people
     */
    public record Principal(String name, String about, List<Rule> allow) {
        /**
         * As brokers take it.
         *
         * @param user name of the user that it connects as
         */
        public List<AclBinding> bindings(String user) {
            final List<AclBinding> bindings = new ArrayList<>();
            for (final Rule rule : allow) {
                for (final AclOperation operation : rule.operations()) {
                    bindings.add(new AclBinding(
                            rule.resource(),
                            new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)));
                }
            }
            return bindings;
        }
    }

    /** The allowed operations on a resource, or on all resources with a prefix. */
    public record Rule(ResourcePattern resource, List<AclOperation> operations) {}

    private AccessCatalog(List<Principal> principals) {
        this.principals = principals;
    }

    /**
     * What ships with the program.
     *
     * @param settings value of a setting by name
     */
    public static AccessCatalog shipped(TopicCatalog topics, UnaryOperator<String> settings) {
        final JsonNode root;
        try (InputStream in = AccessCatalog.class.getResourceAsStream("/access.yaml")) {
            root = YAML.readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException("Cannot read access.yaml from the class path", e);
        }
        final UnaryOperator<String> fill = text -> {
            final Matcher matcher = REFERENCE.matcher(text);
            return matcher.replaceAll(reference -> Matcher.quoteReplacement(
                    "topic".equals(reference.group(1))
                            ? topics.name(TopicRole.valueOf(reference.group(2)))
                            : settings.apply(reference.group(2))));
        };
        final List<Principal> principals = new ArrayList<>();
        for (final JsonNode principal : root.path("principals")) {
            final List<Rule> rules = new ArrayList<>();
            principal.path("allow").forEach(rule -> rules.add(rule(rule, fill)));
            principals.add(new Principal(
                    principal.path("name").asText(), principal.path("about").asText(), rules));
        }
        return new AccessCatalog(principals);
    }

    private static Rule rule(JsonNode rule, UnaryOperator<String> fill) {
        final String type = TYPES.keySet().stream()
                .filter(rule::has)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("access.yaml: " + rule + " names none of " + TYPES));
        final List<AclOperation> operations = new ArrayList<>();
        rule.path("operations").forEach(operation -> operations.add(AclOperation.valueOf(operation.asText())));
        return new Rule(
                new ResourcePattern(
                        TYPES.get(type),
                        fill.apply(rule.path(type).asText()),
                        rule.path("prefix").asBoolean() ? PatternType.PREFIXED : PatternType.LITERAL),
                operations);
    }

    /**
     * All that is allowed, as brokers take it.
     *
     * @param users the user that a service connects as, by the service's name; where there is none, it has the same name
     */
    public List<AclBinding> bindings(Map<String, String> users) {
        return principals.stream()
                .flatMap(principal ->
                        principal.bindings(users.getOrDefault(principal.name(), principal.name())).stream())
                .toList();
    }

    /** All who connect. */
    public List<Principal> principals() {
        return principals;
    }
}

package org.usagestreams.standalone;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.acl.AclOperation;
import org.usagestreams.testkit.ProjectFiles;

/** What Strimzi's file of users allows each principal in Kafka. */
final class StrimziRights {
    private final Map<String, List<Right>> rights;

    private StrimziRights(Map<String, List<Right>> rights) {
        this.rights = rights;
    }

    private record Right(String type, String name, boolean prefix, Set<AclOperation> operations) {
        boolean concerns(String ofType, String resource) {
            return type.equals(ofType)
                    // There is one cluster, which Strimzi does not name.
                    && (type.equals("cluster") || (prefix ? resource.startsWith(name) : resource.equals(name)));
        }
    }

    /** Those of {@code docker/kubernetes/kafka/users.yaml}. */
    static StrimziRights shipped() throws IOException {
        final Map<String, List<Right>> all = new TreeMap<>();
        final YAMLMapper yaml = new YAMLMapper();
        try (MappingIterator<JsonNode> users = yaml.readerFor(JsonNode.class)
                .readValues(
                        ProjectFiles.of("docker/kubernetes/kafka/users.yaml").toFile())) {
            while (users.hasNext()) {
                final JsonNode user = users.next();
                final List<Right> own = new ArrayList<>();
                for (final JsonNode acl : user.at("/spec/authorization/acls")) {
                    final Set<AclOperation> operations = new TreeSet<>();
                    acl.path("operations").forEach(operation -> operations.add(operation(operation.asText())));
                    own.add(new Right(
                            acl.at("/resource/type").asText(),
                            acl.at("/resource/name").asText(),
                            acl.at("/resource/patternType").asText().equals("prefix"),
                            operations));
                }
                all.put(user.at("/metadata/name").asText().replaceFirst("^usage-", ""), own);
            }
        }
        return new StrimziRights(all);
    }

    private static AclOperation operation(String camel) {
        return AclOperation.fromString(
                camel.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
    }

    Set<String> principals() {
        return rights.keySet();
    }

    /** What a principal may do, with what follows from it. */
    Set<AclOperation> allowed(String principal, String type, String resource) {
        final Set<AclOperation> allowed = new TreeSet<>();
        rights.get(principal).stream()
                .filter(right -> right.concerns(type, resource))
                .forEach(right -> allowed.addAll(right.operations()));
        if (allowed.contains(AclOperation.ALL)) {
            allowed.remove(AclOperation.ALL);
            allowed.addAll(Set.of(
                    AclOperation.READ,
                    AclOperation.WRITE,
                    AclOperation.CREATE,
                    AclOperation.DELETE,
                    AclOperation.ALTER,
                    AclOperation.DESCRIBE,
                    AclOperation.DESCRIBE_CONFIGS,
                    AclOperation.ALTER_CONFIGS));
        }
        if (allowed.stream()
                .anyMatch(
                        Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE, AclOperation.ALTER)
                                ::contains)) {
            allowed.add(AclOperation.DESCRIBE);
        }
        if (allowed.contains(AclOperation.ALTER_CONFIGS)) {
            allowed.add(AclOperation.DESCRIBE_CONFIGS);
        }
        return allowed;
    }
}

package org.usagestreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.ProjectFiles;

/** What the manifests for Kubernetes say; no cluster is there. */
class KubernetesFilesTest {
    private static final Path KUBERNETES = ProjectFiles.of("docker/kubernetes");
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final List<JsonNode> RESOURCES = new ArrayList<>();

    @BeforeAll
    static void read() throws IOException {
        for (final JsonNode file :
                YAML.readTree(KUBERNETES.resolve("kustomization.yaml").toFile()).path("resources")) {
            try (MappingIterator<JsonNode> documents = YAML.readerFor(JsonNode.class)
                    .readValues(KUBERNETES.resolve(file.asText()).toFile())) {
                RESOURCES.addAll(documents.readAll());
            }
        }
    }

    private static List<JsonNode> ofKind(String... kinds) {
        return RESOURCES.stream()
                .filter(resource -> Set.of(kinds).contains(resource.path("kind").asText()))
                .toList();
    }

    private static List<JsonNode> workloads() {
        final List<JsonNode> workloads = ofKind("Deployment", "StatefulSet");
        assertThat(workloads).hasSize(5);
        return workloads;
    }

    @Test
    void shouldConfineEveryContainer() {
        for (final JsonNode workload : workloads()) {
            final JsonNode pod = workload.at("/spec/template/spec");
            assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
            assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
            assertThat(pod.at("/securityContext/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            for (final JsonNode container : pod.path("containers")) {
                final JsonNode context = container.path("securityContext");
                assertThat(context.path("allowPrivilegeEscalation").asBoolean(true))
                        .isFalse();
                assertThat(context.path("readOnlyRootFilesystem").asBoolean()).isTrue();
                assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
                assertThat(container.at("/resources/limits/memory").asText()).isNotEmpty();
            }
        }
    }

    /** What selects no pod allows nothing, and what is not selected is not restricted. */
    @Test
    void shouldRestrictWhoEachPodTalksTo() {
        final Set<String> restricted = new TreeSet<>();
        for (final JsonNode policy : ofKind("NetworkPolicy")) {
            assertThat(policy.at("/spec/policyTypes")).hasSize(2);
            restricted.add(policy.at("/spec/podSelector/matchLabels/app.kubernetes.io~1name")
                    .asText());
            policy.at("/spec/ingress")
                    .forEach(rule -> assertThat(rule.path("ports")).isNotEmpty());
            policy.at("/spec/egress")
                    .forEach(rule -> assertThat(rule.path("ports")).isNotEmpty());
        }
        assertThat(restricted)
                .isEqualTo(workloads().stream()
                        .map(workload -> workload.at("/spec/template/metadata/labels/app.kubernetes.io~1name")
                                .asText())
                        .collect(Collectors.toCollection(TreeSet::new)));
    }

    @Test
    void shouldCheckTheCertificatesOfStoreAndPostgres() throws IOException {
        final String settings = Files.readString(KUBERNETES.resolve("settings.properties"));
        assertThat(settings)
                .containsPattern("USAGE_STORE_ENDPOINT=https://")
                .containsPattern("USAGE_STORE_CA_FILE=/etc/usage/store-ca/ca.crt\n")
                .containsPattern(
                        "USAGE_POSTGRES_URL=.*[?&]sslmode=verify-full&sslrootcert=/etc/usage/postgres-ca/ca.crt\n")
                .contains("USAGE_KAFKA_SECURITY_PROTOCOL=SASL_SSL\n");
        for (final JsonNode connector : ofKind("KafkaConnector")) {
            assertThat(connector.at("/spec/config").toString()).contains("sslmode=verify-full");
        }
        for (final JsonNode workload : workloads()) {
            final Set<String> mounted = new TreeSet<>();
            workload.at("/spec/template/spec/containers/0/volumeMounts")
                    .forEach(mount -> mounted.add(mount.path("mountPath").asText()));
            assertThat(mounted).contains("/etc/usage/postgres-ca");
        }
    }
}

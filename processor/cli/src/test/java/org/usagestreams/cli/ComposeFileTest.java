package org.usagestreams.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.usagestreams.testkit.ProjectFiles;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What docker/compose.yaml says, read as Compose reads it; no container is started here. */
class ComposeFileTest {
    private static final Pattern DIGEST = Pattern.compile("@sha256:[0-9a-f]{64}$");

    /** Images whose digest was not to be had; docker/README.md names them. */
    private static final Set<String> WITHOUT_DIGEST = Set.of("apache/kafka:4.4.0");

    private static Map<String, Map<String, Object>> services;
    private static Map<String, Object> file;

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void read() throws IOException {
        file = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(ProjectFiles.of("docker/compose.yaml")));
        services = (Map<String, Map<String, Object>>) file.get("services");
        assertThat(services).hasSizeGreaterThan(10);
    }

    private static void each(BiConsumer<String, Map<String, Object>> check) {
        services.forEach(check);
    }

    @Test
    void shouldConfineEveryContainer() {
        each((name, service) -> assertThat(service)
                .as(name)
                .containsEntry("read_only", true)
                .containsEntry("cap_drop", List.of("ALL"))
                .containsEntry("security_opt", List.of("no-new-privileges:true"))
                .containsKeys("mem_limit", "pids_limit")
                .doesNotContainKeys("privileged", "cap_add", "pid", "ipc", "devices"));
    }

    @Test
    void shouldPinTheImagesOfOthersByDigest() {
        each((name, service) -> {
            final String image = (String) service.get("image");
            if (!service.containsKey("build")
                    && !image.startsWith("usage-streams")
                    && !WITHOUT_DIGEST.contains(image)) {
                assertThat(image).as(name).containsPattern(DIGEST);
            }
            assertThat(image).as(name).doesNotContain("latest");
        });
    }

    @Test
    void shouldPublishPortsOnThisHostAlone() {
        each((name, service) -> {
            for (final Object port : (List<?>) service.getOrDefault("ports", List.of())) {
                assertThat((String) port).as(name).startsWith("127.0.0.1:");
            }
        });
    }

    private static Set<String> networks(Map<String, Object> service) {
        final Object networks = service.get("networks");
        return new TreeSet<>(
                networks instanceof Map<?, ?> map
                        ? map.keySet().stream().map(String.class::cast).toList()
                        : ((Collection<?>) networks)
                                .stream().map(String.class::cast).toList());
    }

    @Test
    void shouldPutOnANetworkWhoNeedsItAlone() {
        final Map<String, Set<String>> members = new TreeMap<>();
        each((name, service) -> {
            if (service.containsKey("network_mode")) {
                assertThat(service).as(name).containsEntry("network_mode", "service:kafka");
            } else {
                networks(service).forEach(network -> members.computeIfAbsent(network, any -> new TreeSet<>())
                        .add(name));
            }
        });
        assertThat(members)
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "kafka", Set.of("kafka", "topics", "minio", "connect", "splitter", "processor", "validator"),
                        "store", Set.of("minio", "bucket", "splitter", "validator"),
                        "database", Set.of("postgres", "tables", "connect", "splitter", "processor", "validator"),
                        "connect", Set.of("connect", "sinks"),
                        "metrics", Set.of("splitter", "processor", "validator", "prometheus", "grafana"),
                        "kafka-host", Set.of("kafka"),
                        "store-host", Set.of("minio"),
                        "database-host", Set.of("postgres"),
                        "metrics-host", Set.of("prometheus", "grafana")));
    }

    /** Connect's REST interface listens on the network that it shares with its watcher, and on no other. */
    @Test
    void shouldLetNobodyButItsWatcherReachConnect() throws IOException {
        final Map<?, ?> own = (Map<?, ?>) ((Map<?, ?>) services.get("connect").get("networks")).get("connect");
        assertThat(Files.readString(ProjectFiles.of("docker/images/connect.properties")))
                .contains("listeners=http://" + own.get("ipv4_address") + ":8083\n");
        assertThat(services.get("connect")).doesNotContainKey("ports");
    }

    @Test
    void shouldGiveEachServiceItsOwnSecretsAlone() {
        final Map<String, String> users = Map.of(
                "splitter", "splitter", "processor", "processor", "validator", "validator", "topics", "operator");
        each((name, service) -> {
            final List<?> secrets = (List<?>) service.getOrDefault("secrets", List.of());
            final String jaas = String.valueOf(environment(service).get("USAGE_KAFKA_SASL_JAAS_CONFIG"));
            if (users.containsKey(name)) {
                assertThat(jaas)
                        .as(name)
                        .contains("username=\"" + users.get(name) + "\"")
                        .contains("kafka-" + users.get(name) + "}");
            }
            if (!name.equals("users")) {
                assertThat(secrets.stream().filter(secret -> secret.toString().startsWith("kafka-")))
                        .as(name)
                        .hasSizeLessThan(2);
            }
            final Matcher named = Pattern.compile("\\$\\$\\{directory:/run/secrets:([^}]+)}")
                    .matcher(environment(service).toString());
            while (named.find()) {
                assertThat(secrets.contains(named.group(1)))
                        .as(name + " has the secret " + named.group(1))
                        .isTrue();
            }
        });
    }

    private static Map<?, ?> environment(Map<String, Object> service) {
        return (Map<?, ?>) service.getOrDefault("environment", Map.of());
    }

    @Test
    void shouldHoldNoSecretAndNoFixedAccessKey() throws IOException {
        each((name, service) -> environment(service).forEach((variable, value) -> {
            final String text = String.valueOf(value);
            if (variable.toString().matches(".*(PASSWORD|SECRET_KEY|ACCESS_KEY|TOKEN|ROOT_USER)")) {
                assertThat(text).as(name + " " + variable).startsWith("$${directory:/run/secrets:");
            }
        }));
        final String compose = Files.readString(ProjectFiles.of("scripts/compose"));
        ((Map<?, ?>) file.get("secrets")).forEach((name, from) -> assertThat(compose)
                .as("scripts/compose makes it")
                .containsPattern("[ /]" + Pattern.quote(name.toString()) + "[\" ;]"));
    }
}

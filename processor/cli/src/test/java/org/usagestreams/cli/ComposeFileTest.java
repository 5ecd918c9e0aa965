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

    /** Of the services in compose.tls.yaml, what differs. */
    private static Map<String, Map<String, Object>> tls;

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void read() throws IOException {
        file = yaml("docker/compose.yaml");
        services = (Map<String, Map<String, Object>>) file.get("services");
        assertThat(services).hasSizeGreaterThan(10);
        tls = (Map<String, Map<String, Object>>) yaml("docker/compose.tls.yaml").get("services");
    }

    private static Map<String, Object> yaml(String path) throws IOException {
        return new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(ProjectFiles.of(path)));
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

    /** Docker sends a builder what the file does not leave out. */
    @Test
    void shouldSendTheBuilderTheModulesThatImagesAreMadeOf() throws IOException {
        final List<String> sent = Files.readAllLines(ProjectFiles.of(".dockerignore"));
        each((name, service) -> {
            if (service.get("build") instanceof Map<?, ?> build && build.get("args") instanceof Map<?, ?> arguments) {
                final String module = "!processor/" + arguments.get("MODULE") + "/target/";
                assertThat(sent)
                        .as(name)
                        .contains(module + "lib", module + "usage-streams-" + arguments.get("MODULE") + ".jar");
            }
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
                        "kafka",
                                Set.of(
                                        "kafka",
                                        "topics",
                                        "minio",
                                        "connect",
                                        "intake",
                                        "splitter",
                                        "processor",
                                        "validator",
                                        "console"),
                        "store", Set.of("minio", "bucket", "intake", "splitter", "validator", "console"),
                        "database",
                                Set.of(
                                        "postgres",
                                        "tables",
                                        "connect",
                                        "intake",
                                        "splitter",
                                        "processor",
                                        "validator",
                                        "console"),
                        "connect", Set.of("connect", "sinks"),
                        "metrics", Set.of("intake", "splitter", "processor", "validator", "prometheus", "grafana"),
                        "kafka-host", Set.of("kafka"),
                        "store-host", Set.of("minio"),
                        "database-host", Set.of("postgres"),
                        "metrics-host", Set.of("prometheus", "grafana"),
                        "console-host", Set.of("console")));
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
                "intake",
                "intake",
                "splitter",
                "splitter",
                "processor",
                "processor",
                "validator",
                "validator",
                "console",
                "console",
                "topics",
                "operator");
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

    /** LOCAL and CONTROLLER are reached within the broker's container alone. */
    @Test
    void shouldEncryptEachListenerThatOthersReachInTheTlsProfile() {
        final Map<?, ?> broker = environment(tls.get("kafka"));
        for (final String listener : environment(services.get("kafka"))
                .get("KAFKA_LISTENERS")
                .toString()
                .split(",", -1)) {
            final String name = listener.substring(0, listener.indexOf(':'));
            final boolean local = listener.contains("://127.0.0.1:");
            assertThat(broker.get("KAFKA_LISTENER_SECURITY_PROTOCOL_MAP").toString())
                    .contains(name + (local ? ":PLAINTEXT" : ":SASL_SSL"));
        }
        assertThat(environment(tls.get("minio")).get("MINIO_NOTIFY_KAFKA_TLS_USAGE"))
                .isEqualTo("on");
        assertThat(tls.get("postgres").get("command").toString()).contains("ssl=on");
    }

    @Test
    void shouldCheckTheCertificatesOfAllConnectionsInTheTlsProfile() {
        each((name, service) -> {
            if (!environment(service).containsKey("USAGE_POSTGRES_URL")) {
                return;
            }
            final Map<?, ?> encrypted = environment(tls.get(name));
            assertThat(encrypted.get("USAGE_KAFKA_SECURITY_PROTOCOL")).as(name).isEqualTo("SASL_SSL");
            assertThat(encrypted.get("USAGE_STORE_ENDPOINT").toString())
                    .as(name)
                    .isEqualTo(environment(service)
                            .get("USAGE_STORE_ENDPOINT")
                            .toString()
                            .replace("http:", "https:"));
            assertThat(encrypted.get("USAGE_POSTGRES_URL").toString())
                    .as(name)
                    .isEqualTo(environment(service).get("USAGE_POSTGRES_URL")
                            + "?sslmode=verify-full&sslrootcert=/run/tls/ca.crt");
            assertThat(encrypted.get("USAGE_STORE_CA_FILE")).as(name).isEqualTo("/run/tls/ca.crt");
            assertThat((List<?>) tls.get(name).get("volumes"))
                    .as(name)
                    .asString()
                    .contains(":/run/tls/ca.crt:ro");
        });
        assertThat(environment(tls.get("bucket")).get("STORE").toString()).startsWith("https://");
    }

    /** Only what differs: images, networks, capabilities and limits stay as compose.yaml has them. */
    @Test
    void shouldChangeNothingButConnectionsInTheTlsProfile() {
        assertThat(services.keySet()).containsAll(tls.keySet());
        tls.forEach(
                (name, service) -> assertThat(Set.of("environment", "volumes", "command", "entrypoint", "healthcheck"))
                        .as(name)
                        .containsAll(service.keySet()));
    }
}

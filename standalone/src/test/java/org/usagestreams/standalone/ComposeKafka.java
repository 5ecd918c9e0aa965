package org.usagestreams.standalone;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.usagestreams.testkit.ProjectFiles;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * A broker with the configuration that {@code docker/compose.yaml} gives it, read as the image of Kafka reads it. Ports, folder and
 * its own name are this host's.
 */
final class ComposeKafka implements AutoCloseable {
    private final KafkaRaftServer server;
    private final Map<Integer, Integer> ports;

    private ComposeKafka(KafkaRaftServer server, Map<Integer, Integer> ports) {
        this.server = server;
        this.ports = ports;
    }

    static ComposeKafka start(Path directory) throws Exception {
        final Map<Integer, Integer> ports = new TreeMap<>();
        for (final int port : new int[] {9091, 9092, 9093, 19092}) {
            ports.put(port, Ports.free());
        }
        final Properties config = new Properties();
        final Map<String, String> environment = environment("kafka");
        environment.forEach((name, value) -> {
            if (name.startsWith("KAFKA_") && !name.equals("KAFKA_HEAP_OPTS")) {
                config.put(property(name), moved(value, ports));
            }
        });
        final Path logs = Files.createDirectories(directory.resolve("log"));
        config.put("log.dirs", logs.toString());
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(1)
                .setClusterId(environment.get("CLUSTER_ID"))
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(logs.toString())
                .addDirectory(logs.toString())
                .run();
        final KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
        server.startup();
        return new ComposeKafka(server, ports);
    }

    /** The environment of a service of the file, as Compose gives it. */
    static Map<String, String> environment(String service) throws Exception {
        final Map<String, Map<String, Map<String, Object>>> file = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(ProjectFiles.of("docker/compose.yaml")));
        final Map<String, String> environment = new TreeMap<>();
        ((Map<?, ?>) file.get("services").get(service).get("environment"))
                .forEach((name, value) ->
                        environment.put(name.toString(), value.toString().replace("$$", "$")));
        return environment;
    }

    /** The property that a variable of the image stands for: {@code ___} is a dash, {@code __} an underscore, {@code _} a dot. */
    private static String property(String variable) {
        return variable.substring("KAFKA_".length())
                .toLowerCase(Locale.ROOT)
                .replace("___", "-")
                .replace("__", "\u0000")
                .replace("_", ".")
                .replace("\u0000", "_");
    }

    private static String moved(String value, Map<Integer, Integer> ports) {
        String moved = value.replace("://kafka:", "://localhost:").replace("://:", "://localhost:");
        for (final Map.Entry<Integer, Integer> port : ports.entrySet()) {
            moved = moved.replaceAll(":" + port.getKey() + "(?=,|$)", ":" + port.getValue());
        }
        return moved;
    }

    /** Where a listener is now, by its port in the file. */
    String address(int port) {
        return (port == 9091 ? "127.0.0.1:" : "localhost:") + ports.get(port);
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}

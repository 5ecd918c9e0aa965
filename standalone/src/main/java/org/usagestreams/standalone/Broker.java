package org.usagestreams.standalone;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.BrokerIdNotRegisteredException;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/** A Kafka broker that is its own controller, or has one elsewhere. Topics are not created by accident. */
final class Broker implements AutoCloseable {
    /** How names and passwords are shown to a secured broker. */
    static final String SCRAM = "SCRAM-SHA-512";

    /** Name of the file that says who the controller is, as {@code controller.quorum.voters} does. */
    private static final String CONTROLLER = "controller.voter";

    /** The node that a broker is which is started first. */
    private static final int FIRST = 1;

    /** The node that a controller is which is no broker. */
    private static final int CONTROLLER_NODE = 100;

    /** After that the controller takes a broker for dead that it hears nothing of; a busy machine is no reason. */
    private static final int SESSION_MILLIS = 6_000;

    private final KafkaRaftServer server;
    private final int port;

    private Broker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    static Broker start(Path directory, int port) throws Exception {
        return start(directory, port, port);
    }

    /** Starts a broker that tells its clients another port to reach it by. */
    static Broker start(Path directory, int port, int advertised) throws Exception {
        return start(directory, port, advertised, Map.of());
    }

    /** Starts a broker with properties of its own beside ours, which they replace. */
    static Broker start(Path directory, int port, Map<String, String> changed) throws Exception {
        return start(directory, port, port, changed);
    }

    private static Broker start(Path directory, int port, int advertised, Map<String, String> changed)
            throws Exception {
        final int controllerPort = Ports.free();
        final String voter = noteController(directory, FIRST, controllerPort);
        final Properties config = new Properties();
        config.put("process.roles", "broker,controller");
        config.put("listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
        config.putAll(changed);
        return start(directory, config, FIRST, port, advertised, voter, clusterId(directory));
    }

    /**
     * Starts a broker to which clients come over TLS, by name and password, and may do what they are allowed.
     *
     * @param changed properties of the broker, beside ours
     * @param administrator who may do everything
     */
    static Broker startSecured(Path directory, int port, Map<String, String> changed, Administrator administrator)
            throws Exception {
        final int controllerPort = Ports.free();
        final String voter = noteController(directory, FIRST, controllerPort);
        final Properties config = new Properties();
        config.put("process.roles", "broker,controller");
        config.put("listeners", "SASL_SSL://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
        config.put("inter.broker.listener.name", "SASL_SSL");
        config.put("sasl.enabled.mechanisms", SCRAM);
        config.put("sasl.mechanism.inter.broker.protocol", SCRAM);
        config.put("listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config", administrator.jaas());
        config.put("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
        // The controller's port is its own; who comes by it is this broker.
        config.put("super.users", "User:ANONYMOUS;User:" + administrator.name());
        config.putAll(changed);
        final Path logs = Files.createDirectories(directory.resolve("log"));
        format(
                logs,
                FIRST,
                clusterId(directory),
                List.of(SCRAM + "=[name=" + administrator.name() + ",password=" + administrator.password() + "]"));
        return start(directory, config, FIRST, port, port, voter, clusterId(directory));
    }

    /** Who may do everything. */
    record Administrator(String name, String password) {
        /** How a client of Kafka says so. */
        String jaas() {
            return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + name
                    + "\" password=\"" + password + "\";";
        }
    }

    /** Starts a controller that is no broker. */
    static Broker startController(Path directory, int port) throws Exception {
        final String voter = noteController(directory, CONTROLLER_NODE, port);
        final Properties config = new Properties();
        config.put("process.roles", "controller");
        config.put("listeners", "CONTROLLER://localhost:" + port);
        return start(directory, config, CONTROLLER_NODE, port, port, voter, clusterId(directory));
    }

    private static String noteController(Path directory, int node, int port) throws IOException {
        Files.createDirectories(directory);
        final String voter = node + "@localhost:" + port;
        Files.writeString(directory.resolve(CONTROLLER), voter);
        return voter;
    }

    /**
     * Starts a broker that joins a controller, or a broker that is one.
     *
     * @param first the controller's folder
     * @param node 1, or 2 where there is a broker already
     */
    static Broker join(Path first, Path directory, int node, int port, int advertised) throws Exception {
        final Properties config = new Properties();
        config.put("process.roles", "broker");
        config.put("listeners", "PLAINTEXT://localhost:" + port);
        return start(directory, config, node, port, advertised, controller(first), clusterId(first));
    }

    private static String controller(Path directory) throws IOException {
        return Files.readString(directory.resolve(CONTROLLER));
    }

    /**
     * Tells a controller that its first broker is dead, where it knows one.
     *
     * <p>A broker that is back before the controller has noticed is still the leader of its partitions by the metadata that it starts
     * with. It takes up what a coordinator does, and then the controller takes the partitions' leader away for a moment, since the
     * broker is another. Kafka since 4.3 then skips the markers of a transaction that it completes (KAFKA-20734): the transaction
     * counts as committed, and hangs on every partition.
     */
    static void reportDead(Path directory) throws IOException, InterruptedException {
        final String voter = controller(directory);
        try (Admin admin = Admin.create(
                Map.of(AdminClientConfig.BOOTSTRAP_CONTROLLERS_CONFIG, voter.substring(voter.indexOf('@') + 1)))) {
            admin.unregisterBroker(FIRST).all().get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof BrokerIdNotRegisteredException)) {
                throw new IOException("Cannot tell the controller that its broker is dead", e.getCause());
            }
        }
    }

    private static Broker start(
            Path directory, Properties config, int node, int port, int advertised, String voter, String clusterId)
            throws Exception {
        final Path logs = Files.createDirectories(directory.resolve("log"));
        config.put("node.id", Integer.toString(node));
        config.put("controller.quorum.voters", voter);
        config.put("controller.listener.names", "CONTROLLER");
        final String listener = (String) config.getOrDefault("inter.broker.listener.name", "PLAINTEXT");
        if (!config.get("process.roles").equals("controller")) {
            config.put("advertised.listeners", listener + "://localhost:" + advertised);
        }
        config.put("listener.security.protocol.map", listener + ":" + listener + ",CONTROLLER:PLAINTEXT");
        config.put("log.dirs", logs.toString());
        config.put("auto.create.topics.enable", "false");
        config.put("default.replication.factor", "1");
        config.put("offsets.topic.replication.factor", "1");
        config.put("offsets.topic.num.partitions", "4");
        config.put("transaction.state.log.replication.factor", "1");
        config.put("transaction.state.log.min.isr", "1");
        config.put("transaction.state.log.num.partitions", "4");
        config.put("share.coordinator.state.topic.replication.factor", "1");
        config.put("share.coordinator.state.topic.min.isr", "1");
        config.put("group.initial.rebalance.delay.ms", "0");
        config.put("broker.session.timeout.ms", Integer.toString(SESSION_MILLIS));
        config.put("broker.heartbeat.interval.ms", "500");
        config.put("log.segment.bytes", "67108864");
        config.put("log.cleaner.dedupe.buffer.size", "16777216");
        // Compaction can wait; what is uploaded cannot.
        config.put("log.cleaner.io.max.bytes.per.second", "8388608");
        config.put("num.network.threads", "2");
        config.put("num.io.threads", "2");
        format(logs, node, clusterId, List.of());
        final KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(config, false), Time.SYSTEM);
        server.startup();
        return new Broker(server, port);
    }

    private static void format(Path logs, int node, String clusterId, List<String> users) throws Exception {
        if (Files.exists(logs.resolve("meta.properties"))) {
            return;
        }
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(node)
                .setClusterId(clusterId)
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(logs.toString())
                .addDirectory(logs.toString())
                .setIgnoreFormatted(true)
                .setScramArguments(users)
                .run();
    }

    private static String clusterId(Path directory) throws IOException {
        final Path file = directory.resolve("cluster.id");
        if (!Files.exists(file)) {
            Files.writeString(file, Uuid.randomUuid().toString());
        }
        return Files.readString(file);
    }

    String bootstrapServers() {
        return "localhost:" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}

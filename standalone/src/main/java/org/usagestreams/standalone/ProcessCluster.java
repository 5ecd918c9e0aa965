package org.usagestreams.standalone;

import io.minio.MinioClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.usagestreams.settings.Settings;

/** A system whose parts are processes of their own, so that each can be measured, stopped and started by itself. */
public final class ProcessCluster implements AutoCloseable {
    /** Most instances of a part. */
    private static final int MOST = 8;

    private final Path directory;
    private final Options options;
    private final PartProcesses processes;
    private final Map<Network, FaultProxy> links = new EnumMap<>(Network.class);
    private final Map<Network, Integer> nearPorts = new EnumMap<>(Network.class);
    private final int controllerPort = Ports.free();
    private final int kafkaPort = Ports.free();
    private final int storePort = Ports.free();
    private final int connectPort = Ports.free();
    private final int otherConnectPort = Ports.free();
    private final int postgresPort = Ports.free();
    private Postgres postgres;
    private Map<String, String> given = Map.of();
    private Settings settings;
    private MinioClient client;

    /**
     * How to start.
     *
     * @param settings settings that differ from the defaults
     * @param javaOptions JVM options by the name of a {@link Part}, split at spaces
     * @param linked whether services reach the others over {@link FaultProxy}s
     */
    public record Options(Map<String, String> settings, Map<String, String> javaOptions, boolean linked) {
        /**
         * Options of tests that start and kill parts again and again. A JVM that lives for seconds would spend more time in the
         * optimising compiler, and in threads of a collector, than it saves. Services keep the collector of the scripts.
         */
        public static Options shortLived(Map<String, String> settings, boolean linked) {
            return new Options(
                    settings,
                    Arrays.stream(Part.values())
                            .collect(Collectors.toMap(
                                    Enum::name,
                                    part -> "-XX:TieredStopAtLevel=1" + (part.isService() ? "" : " -XX:+UseSerialGC"))),
                    linked);
        }
    }

    /** What services reach over the network. */
    public enum Network {
        BROKER,
        STORE,
        POSTGRES
    }

    /** The parts that are JVMs, in the order in which they are started. */
    public enum Part {
        CONTROLLER("controller", 128),
        BROKER("broker", 512),
        STORE("S3 endpoint", 256),
        CONNECT("Connect", 512),
        INTAKE("intake", 256),
        SPLITTER("splitter", 256),
        PROCESSOR("processor", 256);

        private final String title;
        private final int heapMegabytes;

        Part(String title, int heapMegabytes) {
            this.title = title;
            this.heapMegabytes = heapMegabytes;
        }

        /** Whether it is one of our services. */
        boolean isService() {
            return this == INTAKE || this == SPLITTER || this == PROCESSOR;
        }

        /** Its name for people. */
        public String title() {
            return title;
        }

        /** Its greatest heap. */
        public int heapMegabytes() {
            return heapMegabytes;
        }
    }

    private ProcessCluster(Path directory, Options options) throws IOException {
        this.directory = directory;
        this.options = options;
        processes = new PartProcesses(directory);
    }

    /** Starts all parts; everything is kept in the folder. */
    public static ProcessCluster start(Path directory, Options options) throws Exception {
        final ProcessCluster cluster = new ProcessCluster(Files.createDirectories(directory), options);
        try {
            cluster.start();
            return cluster;
        } catch (Exception e) {
            cluster.close();
            throw e;
        }
    }

    private void start() throws Exception {
        startPostgres();
        start(Part.CONTROLLER, 0);
        start(Part.BROKER, 0);
        final String jdbcUrl = Postgres.jdbcUrl(link(Network.POSTGRES, postgresPort));
        final String kafka = "localhost:" + link(Network.BROKER, kafkaPort);
        given = ClusterSetup.settings(
                options.settings(), directory, kafka, "http://127.0.0.1:" + link(Network.STORE, storePort), jdbcUrl);
        given.put("postgres.password", postgres.password());
        writeSettings(Map.of());
        final Map<String, String> own = new HashMap<>(given);
        own.put("store.endpoint", "http://127.0.0.1:" + storePort);
        own.put("postgres.url", Postgres.jdbcUrl(postgresPort));
        settings = Settings.of(own);
        ClusterSetup.applyTopics(settings);
        ClusterSetup.makeTables(postgres, ClusterSetup.sinks(settings), null);
        start(Part.STORE, 0);
        client = ClusterSetup.bucket(settings);
        start(Part.CONNECT, 0);
        startService(Part.SPLITTER, Map.of());
        startService(Part.PROCESSOR, Map.of());
    }

    /** The port that leads there. */
    private int link(Network to, int port) throws IOException {
        if (!options.linked()) {
            return port;
        }
        if (!links.containsKey(to)) {
            final int near = Ports.free();
            links.put(to, FaultProxy.start(near, port));
            nearPorts.put(to, near);
        }
        return nearPorts.get(to);
    }

    /** The network that leads there; only where it is {@link Options#linked()}. */
    public FaultProxy link(Network to) {
        return links.get(to);
    }

    /** Starts an intake, which no cluster has by itself, a splitter or a processor, with settings that differ from the cluster's. */
    public void startService(Part part, Map<String, String> different) throws IOException {
        launch(part, 0, 0, writeSettings(different));
    }

    /**
     * Starts a part, or starts it anew.
     *
     * @param number which of several of its kind; only of splitters, processors and Connect workers is there more than number 0; of
     *     workers there are at most two, whose tasks share the sinks' groups
     */
    public void start(Part part, int number) throws IOException {
        switch (part) {
            case CONTROLLER -> launch(part, number, controllerPort, null);
            case BROKER -> {
                reportBrokerDead();
                launch(part, number, kafkaPort, null);
            }
            case STORE -> launch(part, number, storePort, settingsFile());
            case CONNECT -> launch(part, number, number == 0 ? connectPort : otherConnectPort, settingsFile());
            default -> launch(part, number, 0, settingsFile());
        }
    }

    private void reportBrokerDead() throws IOException {
        try {
            Broker.reportDead(directory.resolve("controller"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** Ends a part as SIGTERM does, and waits for it. */
    public void stop(Part part) throws IOException {
        stop(part, 0);
    }

    /** Ends one of several parts as SIGTERM does, and waits for it. */
    public void stop(Part part, int number) throws IOException {
        processes.stop(part, number);
    }

    /** Ends a part as SIGKILL does. */
    public void kill(Part part, int number) {
        processes.kill(part, number);
    }

    /** Ends PostgreSQL as SIGKILL does. */
    public void killPostgres() throws IOException {
        postgres.kill();
    }

    /** Ends PostgreSQL as {@code pg_ctl stop -m immediate} does. */
    public void stopPostgresImmediately() throws IOException {
        postgres.stopImmediately();
    }

    /** Starts PostgreSQL anew after {@link #killPostgres} or {@link #stopPostgresImmediately}. */
    public void revivePostgres() throws IOException {
        postgres.revive();
    }

    private void startPostgres() throws IOException {
        // A row's transaction then tells when it became visible.
        postgres = Postgres.start(
                Files.createDirectories(directory.resolve("postgres")),
                postgresPort,
                null,
                Map.of("track_commit_timestamp", "on"));
    }

    private Path writeSettings(Map<String, String> different) throws IOException {
        final Map<String, String> all = new TreeMap<>(given);
        all.putAll(different);
        final List<String> lines = new ArrayList<>();
        all.forEach((name, value) -> lines.add(name + "=" + value.replace("\\", "\\\\")));
        final Path file = different.isEmpty()
                ? settingsFile()
                : directory.resolve("changed-" + Integer.toHexString(different.hashCode()) + ".properties");
        return Secret.write(file, lines);
    }

    private void launch(Part part, int number, int port, Path config) throws IOException {
        processes.start(
                part,
                number,
                new PartProcesses.Start(
                        port,
                        part == Part.BROKER ? link(Network.BROKER, kafkaPort) : 0,
                        config,
                        options.javaOptions().getOrDefault(part.name(), "")));
    }

    /** The settings that commands reach the cluster by. */
    public Settings settings() {
        return settings;
    }

    /** A file of these settings. */
    public Path settingsFile() {
        return directory.resolve("usage-streams.properties");
    }

    /** Where everything is kept. */
    public Path directory() {
        return directory;
    }

    /** A client of the store. */
    public MinioClient client() {
        return client;
    }

    /** A connection to PostgreSQL. */
    public Connection postgres() throws SQLException {
        return postgres.connect();
    }

    /** PostgreSQL's process. */
    public long postgresPid() throws IOException {
        return postgres.process().orElseThrow().pid();
    }

    /** The parts that were started, in the order of {@link Part}. */
    public List<Part> parts() {
        return Arrays.stream(Part.values()).filter(processes::isStarted).toList();
    }

    /** A part's process. */
    public long pid(Part part) {
        return processes.pid(part);
    }

    /** Fails where a part has ended by itself. */
    public void requireAlive() {
        processes.requireAlive();
    }

    /** What a part writes to standard error. */
    public Path log(String name) {
        return processes.log(name);
    }

    /** The address of Connect's REST interface. */
    public String connectUrl() {
        return "http://127.0.0.1:" + connectPort;
    }

    @Override
    public void close() throws IOException {
        links.values().forEach(FaultProxy::restore);
        for (final Part part :
                List.of(Part.INTAKE, Part.SPLITTER, Part.PROCESSOR, Part.CONNECT, Part.STORE, Part.BROKER)) {
            for (int number = MOST - 1; number >= 0; number--) {
                try {
                    stop(part, number);
                } catch (IOException e) {
                    System.err.println(e.getMessage());
                }
            }
        }
        if (postgres != null) {
            postgres.close();
        }
        for (final FaultProxy link : links.values()) {
            link.close();
        }
    }
}

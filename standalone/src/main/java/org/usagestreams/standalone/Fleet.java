package org.usagestreams.standalone;

import io.minio.MinioClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.usagestreams.settings.Settings;

/** A system whose parts are processes of their own, so that each can be measured, stopped and started by itself. */
public final class Fleet implements AutoCloseable {
    private static final long END_SECONDS = 40;

    private final Path directory;
    private final Map<String, String> javaOptions;
    private final Map<Part, Process> processes = new EnumMap<>(Part.class);
    private final Deque<AutoCloseable> others = new ArrayDeque<>();
    private int connectPort;
    private Postgres postgres;
    private Map<String, String> given = Map.of();
    private Settings settings;
    private MinioClient client;

    /** The parts that are JVMs, in the order in which they are started. */
    public enum Part {
        BROKER("broker", 512),
        STORE("S3 endpoint", 256),
        CONNECT("Connect", 512),
        SPLITTER("splitter", 256),
        PROCESSOR("processor", 256);

        private final String title;
        private final int heapMegabytes;

        Part(String title, int heapMegabytes) {
            this.title = title;
            this.heapMegabytes = heapMegabytes;
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

    private Fleet(Path directory, Map<String, String> javaOptions) {
        this.directory = directory;
        this.javaOptions = javaOptions;
    }

    /**
     * Starts all parts.
     *
     * @param directory where everything is kept
     * @param chosen settings that differ from the defaults
     * @param javaOptions JVM options by the name of a {@link Part}, split at spaces
     */
    public static Fleet start(Path directory, Map<String, String> chosen, Map<String, String> javaOptions)
            throws Exception {
        final Fleet fleet = new Fleet(Files.createDirectories(directory), javaOptions);
        try {
            fleet.start(chosen);
            return fleet;
        } catch (Exception e) {
            fleet.close();
            throw e;
        }
    }

    private void start(Map<String, String> chosen) throws Exception {
        final int kafkaPort = Ports.free();
        final int storePort = Ports.free();
        connectPort = Ports.free();
        // A row's transaction then tells when it became visible.
        postgres = Postgres.start(
                Files.createDirectories(directory.resolve("postgres")),
                Ports.free(),
                null,
                Map.of("track_commit_timestamp", "on"));
        others.push(postgres);
        launch(Part.BROKER, kafkaPort, null);
        given = Arrangement.settings(
                chosen, directory, "localhost:" + kafkaPort, "http://127.0.0.1:" + storePort, postgres);
        settings = Settings.of(given);
        writeSettings(Map.of());
        Arrangement.applyTopics(settings);
        Arrangement.makeTables(postgres, Arrangement.sinks(settings), null);
        launch(Part.STORE, storePort, settingsFile());
        client = Arrangement.bucket(settings);
        launch(Part.CONNECT, connectPort, settingsFile());
        startService(Part.SPLITTER, Map.of());
        startService(Part.PROCESSOR, Map.of());
    }

    /** Starts a splitter or processor, with settings that differ from the fleet's. */
    public void startService(Part part, Map<String, String> different) throws IOException {
        launch(part, 0, writeSettings(different));
    }

    /** Ends a part as SIGTERM does, and waits for it. */
    public void stop(Part part) throws IOException {
        final Process process = processes.remove(part);
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the " + part.title + " did not end within " + END_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Path writeSettings(Map<String, String> different) throws IOException {
        final Map<String, String> all = new TreeMap<>(given);
        all.putAll(different);
        final List<String> lines = new ArrayList<>();
        all.forEach((name, value) -> lines.add(name + "=" + value.replace("\\", "\\\\")));
        final Path file = different.isEmpty()
                ? settingsFile()
                : directory.resolve("changed-" + Integer.toHexString(different.hashCode()) + ".properties");
        return Files.write(file, lines);
    }

    private void launch(Part part, int port, Path config) throws IOException {
        final String name = part.name().toLowerCase(Locale.ROOT);
        final List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + part.heapMegabytes + "m");
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Dusage.log.level=info");
        command.add("-Dusage.log.libraries=warn");
        if (part == Part.SPLITTER || part == Part.PROCESSOR) {
            // As the scripts start them.
            command.add("-XX:+UseParallelGC");
        }
        final String options = javaOptions.getOrDefault(part.name(), "");
        if (!options.isEmpty()) {
            command.addAll(List.of(options.split(" ", -1)));
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of("part", part.name(), "--port", Integer.toString(port)));
        command.addAll(List.of("--data", directory.resolve(name).toString()));
        if (config != null) {
            command.addAll(List.of("-c", config.toString()));
        }
        final Path log = directory.resolve(name + ".log");
        final Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        processes.put(part, process);
        final BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        while (line != null && !line.equals(PartCommand.READY)) {
            line = out.readLine();
        }
        if (line == null) {
            throw new IOException("the " + part.title + " did not start: see " + log);
        }
        final Thread drain = new Thread(() -> out.lines().forEach(said -> {}), name + "-output");
        drain.setDaemon(true);
        drain.start();
    }

    /** The settings that commands reach the fleet by. */
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

    /** A part's process. */
    public long pid(Part part) {
        return processes.get(part).pid();
    }

    /** Fails where a part has ended by itself. */
    public void requireAlive() {
        processes.forEach((part, process) -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the " + part.title + " has ended with " + process.exitValue()
                        + ": see " + directory.resolve(part.name().toLowerCase(Locale.ROOT) + ".log"));
            }
        });
    }

    /** The address of Connect's REST interface. */
    public String connectUrl() {
        return "http://127.0.0.1:" + connectPort;
    }

    @Override
    public void close() throws IOException {
        for (final Part part : List.of(Part.SPLITTER, Part.PROCESSOR, Part.CONNECT, Part.STORE, Part.BROKER)) {
            try {
                stop(part);
            } catch (IOException e) {
                System.err.println(e.getMessage());
            }
        }
        while (!others.isEmpty()) {
            try {
                others.pop().close();
            } catch (Exception e) {
                throw new IOException(e);
            }
        }
    }
}

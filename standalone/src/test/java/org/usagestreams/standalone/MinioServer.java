package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.MinioClient;
import io.minio.SetBucketNotificationArgs;
import io.minio.messages.NotificationConfiguration;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A real MinIO server that sends its notifications to Kafka, and keeps them while it cannot. */
final class MinioServer implements AutoCloseable {
    static final String USER = "usage-admin";
    static final String PASSWORD = "usage-admin-secret";

    private static final String ARN = "arn:minio:sqs::USAGE:kafka";
    private static final Duration START = Duration.ofSeconds(30);

    static final String IMAGE = "pgsty/minio:RELEASE.2026-08-04T00-00-00Z";

    /** Null for a container. */
    private final Path program;

    private final Path directory;
    private final int port = Ports.free();
    private final String bootstrapServers;
    private Process process;

    private MinioServer(Path program, Path directory, String bootstrapServers) {
        this.program = program;
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
    }

    /** The program {@code minio}: that of the variable TEST_MINIO, on the PATH, or where {@code .ci/run} installs it. */
    static Optional<Path> program() {
        return program("minio");
    }

    static Optional<Path> program(String name) {
        final List<Path> places = new ArrayList<>();
        final String set = System.getenv("TEST_" + name.toUpperCase(Locale.ROOT));
        if (set != null) {
            places.add(Path.of(set));
        }
        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .forEach(places::add);
        places.add(Path.of(System.getProperty("user.home"), ".cache", "usage-streams", "bin", name));
        return places.stream().filter(Files::isExecutable).findFirst();
    }

    /** Starts one: a program, or where that is null a container. */
    static MinioServer start(Path program, Path directory, String bootstrapServers) throws Exception {
        final MinioServer server = new MinioServer(program, Files.createDirectories(directory), bootstrapServers);
        server.start();
        return server;
    }

    /** Starts it, at first or after {@link #kill}. */
    void start() throws Exception {
        final Map<String, String> environment = Map.of(
                "MINIO_ROOT_USER",
                USER,
                "MINIO_ROOT_PASSWORD",
                PASSWORD,
                "MINIO_BROWSER",
                "off",
                "MINIO_NOTIFY_KAFKA_ENABLE_USAGE",
                "on",
                "MINIO_NOTIFY_KAFKA_BROKERS_USAGE",
                bootstrapServers,
                "MINIO_NOTIFY_KAFKA_TOPIC_USAGE",
                "usage.notifications",
                "MINIO_NOTIFY_KAFKA_QUEUE_DIR_USAGE",
                directory.resolve("events").toString());
        final List<String> command = new ArrayList<>();
        if (program == null) {
            // On the host's network, where the broker is, and on the host's folder, which outlives it.
            command.addAll(List.of("docker", "run", "--rm", "--network", "host", "--name", name()));
            command.addAll(List.of("--volume", directory + ":" + directory));
            environment.keySet().forEach(name -> command.addAll(List.of("--env", name)));
            command.add(IMAGE);
        } else {
            command.add(program.toString());
        }
        command.addAll(List.of(
                "server",
                "--address",
                "127.0.0.1:" + port,
                directory.resolve("data").toString()));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("minio.log").toFile()))
                .start();
        try {
            Awaitility.await().atMost(START).until(() -> !process.isAlive() || answers());
        } catch (ConditionTimeoutException e) {
            throw new AssertionError("MinIO did not start: " + log(), e);
        }
        assertTrue(process.isAlive(), () -> "MinIO did not start: " + log());
    }

    private String name() {
        return "usage-minio-" + port;
    }

    private boolean answers() throws InterruptedException {
        try {
            return HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create(endpoint() + "/minio/health/ready"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("minio.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Ends it as SIGKILL does. */
    void kill() throws IOException {
        if (program == null) {
            docker("kill");
        }
        process.destroyForcibly();
        process.onExit().join();
    }

    private void docker(String what) throws IOException {
        final Process docker = new ProcessBuilder("docker", what, name())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        docker.onExit().join();
    }

    String endpoint() {
        return "http://127.0.0.1:" + port;
    }

    /** The store for a cluster. */
    ExternalParts.Store store() {
        return new ExternalParts.Store(endpoint(), USER, PASSWORD, MinioServer::notifyOf);
    }

    /** Has a bucket notify Kafka of what comes and goes. */
    private static void notifyOf(MinioClient client, String bucket) throws Exception {
        client.setBucketNotification(SetBucketNotificationArgs.builder()
                .bucket(bucket)
                .config(new NotificationConfiguration(
                        null,
                        List.of(new NotificationConfiguration.QueueConfiguration(
                                ARN, null, List.of("s3:ObjectCreated:*", "s3:ObjectRemoved:*"), null)),
                        null,
                        null))
                .build());
    }

    @Override
    public void close() throws IOException {
        if (program == null) {
            docker("stop");
        }
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

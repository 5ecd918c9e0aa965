package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * Versity's S3 gateway on a folder: a maintained store that sends its notifications to Kafka. It writes a test event when it
 * starts, so it can only notify once the topic is there. It keeps no event while Kafka is away.
 */
final class VersityGateway implements AutoCloseable {
    static final String USER = "usage-admin";
    static final String PASSWORD = "usage-admin-secret";

    /** Not us-east-1: the gateway takes it for no location of a new bucket, and the client names it as one. */
    static final String REGION = "eu-central-1";

    private static final Duration START = Duration.ofSeconds(60);

    private final Path program;
    private final Path directory;
    private final int port = Ports.free();
    private final String bootstrapServers;
    private Process process;

    private VersityGateway(Path program, Path directory, String bootstrapServers) {
        this.program = program;
        this.directory = directory;
        this.bootstrapServers = bootstrapServers;
    }

    /** The program {@code versitygw}: that of the variable TEST_VERSITYGW, on the PATH, or where {@code .ci/run} installs it. */
    static Optional<Path> program() {
        return MinioServer.program("versitygw");
    }

    /** Starts one that does not notify yet. */
    static VersityGateway start(Path program, Path directory, String bootstrapServers) throws Exception {
        final VersityGateway gateway = new VersityGateway(program, directory, bootstrapServers);
        Files.createDirectories(directory.resolve("data"));
        Files.createDirectories(directory.resolve("versions"));
        gateway.start(false);
        return gateway;
    }

    private void start(boolean notifies) throws Exception {
        final List<String> command = new ArrayList<>(
                List.of(program.toString(), "--port", "127.0.0.1:" + port, "--region", REGION, "--quiet"));
        if (notifies) {
            command.addAll(
                    List.of("--event-kafka-url", bootstrapServers, "--event-kafka-topic", "usage.notifications"));
        }
        command.addAll(List.of(
                "posix",
                "--versioning-dir",
                directory.resolve("versions").toString(),
                directory.resolve("data").toString()));
        final ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("ROOT_ACCESS_KEY", USER);
        builder.environment().put("ROOT_SECRET_KEY", PASSWORD);
        process = builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("versitygw.log").toFile()))
                .start();
        Awaitility.await().atMost(START).until(() -> !process.isAlive() || isListening());
        assertThat(process.isAlive()).as("versitygw did not start: %s", log()).isTrue();
    }

    private boolean isListening() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private String log() throws IOException {
        return Files.readString(directory.resolve("versitygw.log"));
    }

    /** The store for a cluster. */
    ExternalParts.Store store() {
        return new ExternalParts.Store("http://127.0.0.1:" + port, USER, PASSWORD, (client, bucket) -> {
            close();
            start(true);
        });
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

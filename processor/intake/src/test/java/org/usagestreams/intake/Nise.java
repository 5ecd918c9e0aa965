package org.usagestreams.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs nise, which generates payloads for cost management's tests, before a store and an ingress that keep what it sends. It is
 * {@code -Dusage.nise=PROGRAM}, or the one on the PATH.
 */
final class Nise implements AutoCloseable {
    private static final long SECONDS = 900;

    private final Path program;
    private final Path folder;
    private final HttpServer server;
    private final List<byte[]> received = Collections.synchronizedList(new ArrayList<>());

    /** @param folder for its files */
    Nise(Path program, Path folder) throws IOException {
        this.program = program;
        this.folder = folder;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::receive);
        server.start();
    }

    /** Where it is; empty where it is not. */
    static Optional<Path> program() {
        final String named = System.getProperty("usage.nise");
        return named != null
                ? Optional.of(Path.of(named))
                : Stream.of(System.getenv("PATH").split(":"))
                        .map(directory -> Path.of(directory, "nise"))
                        .filter(path -> path.toFile().canExecute())
                        .findFirst();
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            final byte[] body = exchange.getRequestBody().readAllBytes();
            final boolean isForm = exchange.getRequestMethod().equals("POST");
            received.add(isForm ? file(body) : body);
            exchange.sendResponseHeaders(isForm ? 202 : 200, -1);
        }
    }

    /** The one file of a form. */
    private static byte[] file(byte[] form) {
        final String text = new String(form, ISO_8859_1);
        final String boundary = "\r\n" + text.substring(0, text.indexOf("\r\n"));
        final int start = text.indexOf("\r\n\r\n") + 4;
        return text.substring(start, text.indexOf(boundary, start)).getBytes(ISO_8859_1);
    }

    /** Payloads of a cluster with all reports of a month each. */
    List<byte[]> whole(String from, String to, String... more) throws Exception {
        return run("--minio-upload", from, to, more);
    }

    /** Payloads with one file each, as an operator splits what is too large. */
    List<byte[]> split(String from, String to, String... more) throws Exception {
        return run("--insights-upload", from, to, more);
    }

    private List<byte[]> run(String door, String from, String to, String... more) throws Exception {
        received.clear();
        final List<String> command = new ArrayList<>(List.of(
                program.toString(),
                "report",
                "ocp",
                "--ocp-cluster-id",
                "c",
                "-s",
                from,
                "-e",
                to,
                door,
                "http://127.0.0.1:" + server.getAddress().getPort()));
        command.addAll(List.of(more));
        final Path log = folder.resolve("nise.log");
        final ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment()
                .putAll(Map.of(
                        "S3_ACCESS_KEY", "nise",
                        "S3_SECRET_KEY", "nise-secret",
                        "S3_BUCKET_NAME", "payloads",
                        "INSIGHTS_USER", "nise",
                        "INSIGHTS_PASSWORD", "nise-secret"));
        final Process process = builder.start();
        if (!process.waitFor(SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0 || received.isEmpty()) {
            process.destroyForcibly();
            throw new IllegalStateException("Cannot have nise generate payloads. It says: " + Files.readString(log));
        }
        return List.copyOf(received);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

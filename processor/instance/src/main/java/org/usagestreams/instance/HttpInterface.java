package org.usagestreams.instance;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The HTTP interface of an instance. {@code GET /health/live} and {@code /health/ready} tell how it is, {@code /metrics} what it
 * has done, {@code /topology} how it is wired, {@code /threads} the stream threads and their tasks; {@code PUT /threads} with
 * {@code {"threads": 4}} changes how many there are, and answers when the rebalance is over. Who changes anything shows the
 * token; it stands, with the address, in the file {@value #FILE} of the instance's folder, which its user alone can read.
 */
public final class HttpInterface implements AutoCloseable {
    /** Name of the file that tells where the interface is. */
    public static final String FILE = "http.json";

    private static final JsonMapper JSON = new JsonMapper();
    private static final int MOST_THREADS = 256;
    private static final int BODY_BYTES = 1_000;

    private final HttpServer server;
    private final ExecutorService executor = Executors.newFixedThreadPool(2, task -> {
        final Thread thread = new Thread(task, "http");
        thread.setDaemon(true);
        return thread;
    });
    private final Path file;
    private final String token;
    private final Pages pages;

    /**
     * What there is to see.
     *
     * @param health how the instance is
     * @param metrics what it has done
     * @param topology how it is wired, for people; null where there is no topology
     * @param threads its stream threads; null where there are none
     * @param resizeWithin longest wait for a rebalance
     */
    public record Pages(
            Supplier<Health> health,
            InstanceMetrics metrics,
            String topology,
            StreamThreads threads,
            Duration resizeWithin) {}

    /**
     * Where an instance can be reached.
     *
     * @param url such as {@code http://127.0.0.1:18080}
     * @param token what changes are to be sent with
     */
    public record Address(String url, String token) {
        /** As an instance has written it. */
        public static Address read(Path file) throws IOException {
            return JSON.readValue(Files.readAllBytes(file), Address.class);
        }
    }

    /** What {@code GET /threads} answers, and what {@code PUT /threads} does once it is done. */
    public record Answer(List<StreamThreads.StreamThread> threads, boolean settled) {}

    private HttpInterface(HttpServer server, Path directory, String token, Pages pages) {
        this.server = server;
        this.file = directory.resolve(FILE);
        this.token = token;
        this.pages = pages;
    }

    /**
     * Listens.
     *
     * @param address what to listen on; port 0 for any that is free
     * @param directory the instance's folder
     * @throws BindException where the address or port is not to be had
     */
    public static HttpInterface start(InetSocketAddress address, Path directory, String token, Pages pages)
            throws BindException {
        try {
            final HttpServer server = HttpServer.create(address, 0);
            final HttpInterface http = new HttpInterface(server, directory, token, pages);
            server.setExecutor(http.executor);
            http.page("/health/live", () -> health(pages.health().get(), Health::live));
            http.page("/health/ready", () -> health(pages.health().get(), Health::ready));
            http.page(
                    "/metrics",
                    () -> new Page(
                            200, InstanceMetrics.CONTENT_TYPE, pages.metrics().scrape()));
            if (pages.topology() != null) {
                final byte[] topology = pages.topology().getBytes(StandardCharsets.UTF_8);
                http.page("/topology", () -> new Page(200, "text/plain; charset=utf-8", topology));
            }
            if (pages.threads() != null) {
                server.createContext("/threads", http::threads);
            }
            server.start();
            http.tell();
            return http;
        } catch (BindException e) {
            throw e;
        } catch (IOException e) {
            throw new IllegalStateException("HTTP cannot listen on " + address + ": " + e.getMessage(), e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private void tell() throws IOException {
        final String host = server.getAddress().getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : server.getAddress().getAddress().getHostAddress();
        final String url = "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port();
        final Path next = file.resolveSibling(FILE + ".next");
        Files.deleteIfExists(next);
        if (Files.getFileStore(file.getParent()).supportsFileAttributeView("posix")) {
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        Files.write(next, JSON.writeValueAsBytes(new Address(url, token)));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** An answer. */
    private record Page(int status, String type, byte[] body) {}

    private void page(String path, Supplier<Page> page) {
        server.createContext(path, exchange -> {
            try (exchange) {
                if (!path.equals(exchange.getRequestURI().getPath())) {
                    answer(exchange, 404, Map.of("error", "there is nothing here"));
                } else if (!"GET".equals(exchange.getRequestMethod())) {
                    answer(exchange, 405, Map.of("error", "GET is understood"));
                } else {
                    answer(exchange, page.get());
                }
            }
        });
    }

    private static Page health(Health health, Predicate<Health> good) {
        return json(
                good.test(health) ? 200 : 503,
                Map.of("live", health.live(), "ready", health.ready(), "detail", health.detail()));
    }

    private void threads(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestMethod()) {
                case "GET" -> answer(exchange, 200, new Answer(pages.threads().threads(), true));
                case "PUT" -> resize(exchange);
                default -> answer(exchange, 405, Map.of("error", "GET and PUT are understood"));
            }
        }
    }

    private void resize(HttpExchange exchange) throws IOException {
        final String shown = exchange.getRequestHeaders().getFirst("Authorization");
        final byte[] wanted = ("Bearer " + token).getBytes(StandardCharsets.UTF_8);
        if (shown == null || !MessageDigest.isEqual(wanted, shown.getBytes(StandardCharsets.UTF_8))) {
            answer(exchange, 401, Map.of("error", "the token is missing or another: it is in " + FILE));
            return;
        }
        final int count;
        try {
            count = JSON.readTree(exchange.getRequestBody().readNBytes(BODY_BYTES))
                    .path("threads")
                    .asInt(0);
        } catch (JacksonException e) {
            answer(exchange, 400, Map.of("error", "no JSON: " + e.getOriginalMessage()));
            return;
        }
        if (count < 1 || count > MOST_THREADS) {
            answer(exchange, 400, Map.of("error", "threads has to be a number from 1 to " + MOST_THREADS));
            return;
        }
        final boolean settled = pages.threads().resize(count, pages.resizeWithin());
        answer(exchange, 200, new Answer(pages.threads().threads(), settled));
    }

    private static void answer(HttpExchange exchange, int status, Object body) throws IOException {
        answer(exchange, json(status, body));
    }

    private static Page json(int status, Object body) {
        try {
            return new Page(status, "application/json", JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("answers are plain records", e);
        }
    }

    private static void answer(HttpExchange exchange, Page page) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", page.type());
        exchange.sendResponseHeaders(page.status(), page.body().length);
        exchange.getResponseBody().write(page.body());
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // The next instance in this place writes its own.
            return;
        }
    }
}

package org.usagestreams.service.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.minio.MinioClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import okhttp3.OkHttpClient;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.ObjectWriter;

/** A bucket behind an S3 interface in this process, as far as an intake uses one, and failures that a test asks for. */
final class FakeBucket implements AutoCloseable {
    static final String NAME = "reports";

    /** Its objects by key. */
    final Map<String, Held> objects = new ConcurrentSkipListMap<>();

    /** Keys that were put through its interface, in order. */
    final List<String> put = new ArrayList<>();

    /** Keys that are forbidden. */
    final Set<String> forbidden = ConcurrentHashMap.newKeySet();

    /** Puts are answered with this status; 0 for none. */
    volatile int putStatus;

    /** Every request is answered with this status; 0 for none. */
    volatile int status;

    private final HttpServer server;

    /** An object; its ETag is that of its last put. */
    record Held(byte[] body, String etag, Map<String, String> metadata) {}

    FakeBucket() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    PayloadStore store(IntakeCounts counts) {
        final MinioClient client = MinioClient.builder()
                .endpoint("http://localhost:" + server.getAddress().getPort())
                .credentials("usage", "usage-secret")
                .region("us-east-1")
                .httpClient(new OkHttpClient(), true)
                .build();
        return new PayloadStore(new ObjectStore(client, new LongAdder(), NAME), new ObjectWriter(client), counts);
    }

    /** Puts an object, without a notification. */
    void hold(String key, byte[] body, String etag) {
        objects.put(key, new Held(body.clone(), etag, Map.of()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        final byte[] body = exchange.getRequestBody().readAllBytes();
        final String key = exchange.getRequestURI().getPath().replaceFirst("^/" + NAME + "/?", "");
        final boolean isPut = exchange.getRequestMethod().equals("PUT");
        final int failure = forbidden.contains(key) ? 403 : status != 0 ? status : isPut ? putStatus : 0;
        if (failure != 0) {
            send(exchange, failure, error("Failing"));
        } else if (isPut) {
            put.add(key);
            final Map<String, String> metadata = new TreeMap<>();
            exchange.getRequestHeaders().forEach((name, values) -> {
                final String lower = name.toLowerCase(Locale.ROOT);
                if (lower.startsWith("x-amz-meta-")) {
                    metadata.put(lower, values.get(0));
                }
            });
            final Held held = new Held(body, "put-" + put.size(), metadata);
            objects.put(key, held);
            exchange.getResponseHeaders().set("ETag", '"' + held.etag() + '"');
            send(exchange, 200, new byte[0]);
        } else if (objects.get(key) == null) {
            send(exchange, 404, error("NoSuchKey"));
        } else {
            give(exchange, objects.get(key));
        }
    }

    private static void give(HttpExchange exchange, Held held) throws IOException {
        exchange.getResponseHeaders().set("ETag", '"' + held.etag() + '"');
        exchange.getResponseHeaders().set("Last-Modified", "Sun, 01 Nov 2026 00:00:00 GMT");
        held.metadata().forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
        final String match = exchange.getRequestHeaders().getFirst("If-Match");
        final String range = exchange.getRequestHeaders().getFirst("Range");
        if (match != null && !match.replace("\"", "").equals(held.etag())) {
            send(exchange, 412, error("PreconditionFailed"));
        } else if (range == null) {
            send(exchange, 200, held.body());
        } else {
            final String[] bounds = range.substring("bytes=".length()).split("-", 2);
            final int end = Math.min(Integer.parseInt(bounds[1]) + 1, held.body().length);
            send(exchange, 206, Arrays.copyOfRange(held.body(), Integer.parseInt(bounds[0]), end));
        }
    }

    private static byte[] error(String code) {
        return ("<Error><Code>" + code + "</Code><Message>words of the store</Message></Error>").getBytes(UTF_8);
    }

    private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("x-amz-request-id", "1");
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
                exchange.sendResponseHeaders(status, -1);
            } else {
                exchange.getResponseHeaders().set("Content-Type", "application/xml");
                exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

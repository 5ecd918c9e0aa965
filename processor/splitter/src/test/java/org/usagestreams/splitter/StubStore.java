package org.usagestreams.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.minio.MinioClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.Executor;
import okhttp3.OkHttpClient;

/** An S3 store in this process whose answers a test makes. */
final class StubStore implements AutoCloseable {
    private final HttpServer server;

    /** Starts a store that answers one request at a time. */
    StubStore(HttpHandler answers) throws IOException {
        this(answers, null);
    }

    /** Starts a store that answers in these threads. */
    StubStore(HttpHandler answers, Executor threads) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", answers);
        server.start();
    }

    /** A client that tries nothing again, unlike MinIO's own. */
    MinioClient client() {
        return client(new OkHttpClient());
    }

    MinioClient client(OkHttpClient http) {
        return MinioClient.builder()
                .endpoint("http://localhost:" + server.getAddress().getPort())
                .credentials("usage", "usage-secret")
                .region("us-east-1")
                .httpClient(http, true)
                .build();
    }

    /** The headers that each version of an object has. */
    static void describe(HttpExchange exchange, String etag, String modified) {
        exchange.getResponseHeaders().set("ETag", "\"" + etag + "\"");
        exchange.getResponseHeaders().set("Last-Modified", modified);
        exchange.getResponseHeaders().set("x-amz-request-id", "1");
    }

    /** Sends a whole body, or says its length where a request asks for no more, and ends the exchange. */
    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
            exchange.sendResponseHeaders(status, -1);
        } else {
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /** Sends the range of a file that a request asks for, or all of it. */
    static void sendRange(HttpExchange exchange, byte[] file) throws IOException {
        final String range = exchange.getRequestHeaders().getFirst("Range");
        if (range == null) {
            send(exchange, 200, file);
            return;
        }
        final String[] bounds = range.substring("bytes=".length()).split("-", 2);
        send(
                exchange,
                206,
                Arrays.copyOfRange(
                        file, Integer.parseInt(bounds[0]), Math.min(Integer.parseInt(bounds[1]) + 1, file.length)));
    }

    /** A notification of an upload whose ETag is "e". */
    static byte[] uploaded(String key) {
        return ("{\"Records\":[{\"eventName\":\"s3:ObjectCreated:Put\",\"eventTime\":"
                        + "\"2026-11-01T00:00:00.000Z\",\"s3\":{\"bucket\":{\"name\":\"bucket\"},\"object\":{\"key\":\""
                        + key + "\",\"eTag\":\"e\",\"size\":1,\"sequencer\":\"1\"}}}]}")
                .getBytes(UTF_8);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

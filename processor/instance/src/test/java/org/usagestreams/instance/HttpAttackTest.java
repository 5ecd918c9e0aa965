package org.usagestreams.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What clients do that mean harm. */
class HttpAttackTest {
    private static final int CONNECTIONS = 200;
    private static final Duration REQUEST = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final HttpOptions.Limits PATIENT = new HttpOptions.Limits(512, LONG, 8192);

    @TempDir
    private Path directory;

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<Socket> sockets = new ArrayList<>();
    private final HttpInterface.Pages pages = new HttpInterface.Pages(
            () -> Health.ready("works"),
            new InstanceMetrics(List.of()),
            "a topology",
            new StreamThreads() {
                @Override
                public List<StreamThread> threads() {
                    return List.of();
                }

                @Override
                public boolean resize(int count, Duration within) {
                    return true;
                }
            },
            Duration.ofSeconds(1));

    @AfterEach
    void close() throws IOException {
        for (final Socket socket : sockets) {
            socket.close();
        }
    }

    private HttpInterface start(HttpOptions.Limits limits) {
        return HttpInterface.start(
                new HttpOptions(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        0,
                        0,
                        "secret",
                        false,
                        Set.of("usage.example.com"),
                        limits,
                        null),
                directory,
                pages,
                null,
                new HttpInterface.Identity("", ""));
    }

    private Socket send(int port, String text) throws IOException {
        final Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.setSoTimeout(10_000);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /** Tried again, since a machine that has other work may not give a second. No deadline of the server's helps meanwhile. */
    private void assertAnswersWithinASecond(int port, String path) {
        Awaitility.await(path)
                .pollInSameThread()
                .ignoreExceptions()
                .atMost(Duration.ofMinutes(2))
                .until(() -> status(port, path) == 200);
    }

    private int status(int port, String path) throws IOException, InterruptedException {
        return client.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(Duration.ofSeconds(1))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** The first line of the answer; empty where the connection was closed without one. */
    private String answer(int port, String text) throws IOException {
        final String all = new String(send(port, text).getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        return all.lines().findFirst().orElse("");
    }

    @Test
    void shouldAnswerWhileHundredsOfRequestsAreHalfSent() throws Exception {
        try (HttpInterface http = start(PATIENT)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                send(http.port(), "GET /metrics HTTP/1.1\r\nHo");
                send(http.healthPort(), "GET /health/live HTTP/1.1\r\nHo");
            }
            assertAnswersWithinASecond(http.healthPort(), "/health/live");
            assertAnswersWithinASecond(http.port(), "/metrics");
            assertAnswersWithinASecond(http.port(), "/topology");
        }
    }

    @Test
    void shouldAnswerWhileHundredsOfBodiesAreHalfSent() throws Exception {
        try (HttpInterface http = start(PATIENT)) {
            for (int i = 0; i < CONNECTIONS; i++) {
                send(
                        http.port(),
                        "PUT /threads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\nContent-Length:"
                                + " 100\r\n\r\n{");
            }
            assertAnswersWithinASecond(http.healthPort(), "/health/ready");
            assertAnswersWithinASecond(http.port(), "/metrics");
        }
    }

    @Test
    void shouldAnswerHealthChecksWhileNoConnectionIsLeftForPages() throws Exception {
        try (HttpInterface http = start(new HttpOptions.Limits(8, LONG, 8192))) {
            for (int i = 0; i < 20; i++) {
                send(http.port(), "GET /metrics HTTP/1.1\r\nHo");
            }
            assertAnswersWithinASecond(http.healthPort(), "/health/live");
        }
    }

    @Test
    void shouldAnswerAgainWhenTheDeadlineHasFreedConnections() throws Exception {
        try (HttpInterface http = start(new HttpOptions.Limits(8, REQUEST, 8192))) {
            for (int i = 0; i < 20; i++) {
                send(http.port(), "GET /metrics HTTP/1.1\r\nHo");
            }
            Awaitility.await().ignoreExceptions().until(() -> status(http.port(), "/metrics") == 200);
        }
    }

    @Test
    void shouldCloseAConnectionWhoseRequestTrickles() throws Exception {
        try (HttpInterface http = start(new HttpOptions.Limits(8, REQUEST, 8192))) {
            final Socket socket = send(http.port(), "GET /metrics HTTP/1.1\r\nX-Slow: ");
            Awaitility.await().pollInSameThread().ignoreExceptions().until(() -> {
                socket.getOutputStream().write('x');
                socket.setSoTimeout(50);
                return socket.getInputStream().read() == -1;
            });
        }
    }

    @Test
    void shouldRefuseLongHeadersAndBodies() throws Exception {
        try (HttpInterface http = start(new HttpOptions.Limits(8, LONG, 1024))) {
            final String put = "PUT /threads HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer secret\r\n";
            assertThat(answer(
                            http.port(),
                            "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(2000) + "\r\n\r\n"))
                    .contains(" 431 ");
            assertThat(answer(http.port(), put + "Content-Length: 1025\r\n\r\n"))
                    .contains(" 413 ");
            assertThat(answer(
                            http.port(),
                            put + "Transfer-Encoding: chunked\r\n\r\n800\r\n" + "x".repeat(2048) + "\r\n0\r\n\r\n"))
                    .contains(" 413 ");
        }
    }

    @Test
    void shouldRefuseAHostThatSomebodyElseHasPointedHere() throws Exception {
        try (HttpInterface http = start(PATIENT)) {
            for (final int port : List.of(http.port(), http.healthPort())) {
                final String get = "GET /health/live HTTP/1.1\r\nHost: ";
                assertThat(answer(port, get + "attacker.example.com:" + port + "\r\n\r\n"))
                        .contains(" 421 ");
                assertThat(answer(port, get + "203.0.113.7\r\n\r\n")).contains(" 421 ");
                assertThat(answer(
                                port,
                                "GET http://attacker.example.com/health/live HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                        .containsPattern(" 4\\d\\d ");
                assertThat(answer(port, get + "localhost:" + port + "\r\n\r\n")).contains(" 200 ");
                assertThat(answer(port, get + "127.0.0.1\r\n\r\n")).contains(" 200 ");
                assertThat(answer(port, get + "[::1]\r\n\r\n")).contains(" 200 ");
                assertThat(answer(port, get + "Usage.Example.com\r\n\r\n")).contains(" 200 ");
                assertThat(answer(port, "GET /health/live HTTP/1.0\r\n\r\n")).contains(" 200 ");
            }
        }
    }
}

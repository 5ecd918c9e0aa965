package org.usagestreams.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.settings.Settings;

class LiveFeedTest {
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private final AtomicLong nanos = new AtomicLong();
    private final LiveFeed feed = new LiveFeed(2, Duration.ofMinutes(10), nanos::get);
    private final List<Socket> sockets = new ArrayList<>();
    private WebListener listener;

    @BeforeEach
    void start() {
        listener = WebListener.start(
                Settings.of(Map.of("console.http.port", "0", "http.request.ms", "1000")), "console", new WebSite() {
                    @Override
                    public Answer get(Ask ask) {
                        return Answer.plain(200, "page");
                    }

                    @Override
                    public Optional<LiveFeed> live(Ask ask) {
                        return "/live".equals(ask.path()) ? Optional.of(feed) : Optional.empty();
                    }
                });
    }

    @AfterEach
    void end() throws IOException {
        for (final Socket socket : sockets) {
            socket.close();
        }
        listener.close();
    }

    private BufferedReader ask(String path) throws IOException {
        final Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), URI.create(listener.url()).getPort());
        sockets.add(socket);
        socket.setSoTimeout((int) WITHIN.toMillis());
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
    }

    private static String until(BufferedReader in, String text) throws IOException {
        final StringBuilder read = new StringBuilder();
        while (read.indexOf(text) < 0) {
            final int next = in.read();
            assertThat(next).as("the end, after " + read).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    @Test
    void shouldPushTheSameToAllAndTheNewestToWhoComesLater() throws IOException {
        final BufferedReader first = ask("/live");
        assertThat(until(first, "\r\n\r\n")).contains("200", "text/event-stream", "script-src 'self'");
        Awaitility.await().atMost(WITHIN).until(() -> feed.listeners() == 1);
        feed.publish(LiveFeed.event("now", "<p>\n1</p>"));
        assertThat(until(first, "1</p>")).contains("event: now\ndata: <p>\ndata: 1</p>");
        final BufferedReader second = ask("/live");
        until(second, "1</p>");
        feed.publish(LiveFeed.event("now", "2"));
        until(first, "data: 2");
        until(second, "data: 2");
    }

    @Test
    void shouldSendOneCommentBeforeTheFirstEvent() throws IOException {
        final BufferedReader in = ask("/live");
        until(in, "\r\n\r\n");
        until(in, ":");
        until(ask("/"), "page");
        feed.publish(LiveFeed.event("now", "first"));
        assertThat(until(in, "data: first")).doesNotContain(":\n\n");
    }

    @Test
    void shouldRefuseTooManyAndStillShowPages() throws IOException {
        until(ask("/live"), "\r\n\r\n");
        until(ask("/live"), "\r\n\r\n");
        assertThat(until(ask("/live"), "\r\n")).contains("503");
        assertThat(until(ask("/"), "page")).contains("200");
    }

    @Test
    void shouldForgetWhoHasLeft() throws IOException {
        until(ask("/live"), "\r\n\r\n");
        sockets.get(0).close();
        Awaitility.await().atMost(WITHIN).until(() -> {
            feed.publish(LiveFeed.event("now", String.valueOf(nanos.incrementAndGet())));
            return feed.listeners() == 0;
        });
    }

    @Test
    void shouldEndAListenerAfterItsTime() throws IOException {
        final BufferedReader in = ask("/live");
        until(in, "\r\n\r\n");
        nanos.set(Duration.ofMinutes(10).toNanos());
        feed.publish(LiveFeed.event("now", "last"));
        until(in, "data: last");
        Awaitility.await().atMost(WITHIN).until(() -> feed.listeners() == 0);
    }
}

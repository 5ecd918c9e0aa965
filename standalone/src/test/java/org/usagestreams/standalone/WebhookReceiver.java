package org.usagestreams.standalone;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.usagestreams.wire.completion.DayCompletion;

/** A receiver of completion events as a user would write it: it checks signatures, and can fail. */
final class WebhookReceiver implements AutoCloseable {
    private static final String SECRET = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LTEyMzQ=";
    private static final Duration CLOCKS = Duration.ofMinutes(5);

    private final HttpServer server;

    /** How many requests are still answered by {@link #failure}. */
    final AtomicInteger failures = new AtomicInteger();

    volatile int failure = 503;
    final AtomicInteger requests = new AtomicInteger();
    final List<DayCompletion> taken = new CopyOnWriteArrayList<>();

    WebhookReceiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        requests.incrementAndGet();
        final byte[] body = exchange.getRequestBody().readAllBytes();
        int status = isSigned(exchange, body) ? 204 : 401;
        if (status == 204 && failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            status = failure;
        } else if (status == 204) {
            taken.add(DayCompletion.parse(new String(body, StandardCharsets.UTF_8)));
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private static boolean isSigned(HttpExchange exchange, byte[] body) {
        try {
            final String id = exchange.getRequestHeaders().getFirst("webhook-id");
            final String time = exchange.getRequestHeaders().getFirst("webhook-timestamp");
            final Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET), "HmacSHA256"));
            mac.update((id + "." + time + ".").getBytes(StandardCharsets.UTF_8));
            final String expected = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
            final Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(time)), Instant.now());
            return expected.equals(exchange.getRequestHeaders().getFirst("webhook-signature"))
                    && age.abs().compareTo(CLOCKS) < 0;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Settings with this as the only webhook, tried again soon. */
    Map<String, String> settings() {
        return Map.of(
                "completions.webhooks",
                        "http://localhost:" + server.getAddress().getPort() + "/hook",
                "completions.webhook.hosts", "localhost",
                "completions.webhook.secrets", SECRET,
                "completions.webhook.backoff.ms", "50",
                "completions.webhook.backoff.max.ms", "200");
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

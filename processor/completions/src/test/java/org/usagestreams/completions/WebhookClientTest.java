package org.usagestreams.completions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.usagestreams.completions.WebhookClient.Outcome;
import org.usagestreams.settings.Settings;

class WebhookClientTest {
    private static final byte[] BODY = "{\"revision\":3}".getBytes(StandardCharsets.UTF_8);
    private static final UUID ID = new UUID(0, 7);
    private static final Instant NOW = Instant.ofEpochSecond(1_760_000_000);

    private Receiver receiver;
    private Webhook webhook;

    @BeforeEach
    void start() throws Exception {
        receiver = new Receiver();
        webhook = Webhook.of(Settings.of(receiver.settings())).get(0);
    }

    @AfterEach
    void stop() {
        receiver.close();
    }

    private WebhookClient.Answer post(Duration timeout) throws InterruptedException {
        return new WebhookClient(timeout).post(webhook, ID, BODY, NOW);
    }

    @Test
    void shouldPostWithSignature() throws Exception {
        assertThat(post(Duration.ofSeconds(10)).outcome()).isEqualTo(Outcome.TAKEN);
        final Receiver.Request request = receiver.requests.get(0);
        assertThat(request.body()).isEqualTo(new String(BODY, StandardCharsets.UTF_8));
        assertThat(request.headers())
                .containsEntry("Webhook-id", List.of(ID.toString()))
                .containsEntry("Webhook-timestamp", List.of("1760000000"))
                .containsEntry("Webhook-signature", List.of(webhook.signature(ID.toString(), NOW, BODY)))
                .containsEntry("Content-type", List.of("application/json"));
    }

    @ParameterizedTest
    @CsvSource({
        "200, TAKEN",
        "204, TAKEN",
        "400, REFUSED",
        "401, REFUSED",
        "404, REFUSED",
        "408, FAILED",
        "429, FAILED",
        "500, FAILED",
        "503, FAILED"
    })
    void shouldTellWhatAnAnswerMeans(int status, Outcome outcome) throws Exception {
        receiver.then(Receiver.status(status));
        assertThat(post(Duration.ofSeconds(10)).outcome()).isEqualTo(outcome);
    }

    @Test
    void shouldNotFollowRedirects() throws Exception {
        receiver.then(exchange -> {
            exchange.getResponseHeaders().add("Location", receiver.url() + "/elsewhere");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        assertThat(post(Duration.ofSeconds(10)).outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(receiver.requests).extracting(Receiver.Request::path).containsExactly("/hook");
    }

    @Test
    @Timeout(60)
    void shouldNotWaitForAnAnswerThatTrickles() throws Exception {
        final CountDownLatch done = new CountDownLatch(1);
        receiver.then(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write('.');
            exchange.getResponseBody().flush();
            try {
                done.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(post(Duration.ofMillis(500)).outcome()).isEqualTo(Outcome.FAILED);
        done.countDown();
    }

    @Test
    void shouldTellThatNobodyListens() throws Exception {
        receiver.close();
        final WebhookClient.Answer answer = post(Duration.ofSeconds(10));
        assertThat(answer.outcome()).isEqualTo(Outcome.FAILED);
        assertThat(answer.detail()).contains("ConnectException");
    }
}

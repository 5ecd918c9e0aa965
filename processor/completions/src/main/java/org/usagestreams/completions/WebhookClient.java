package org.usagestreams.completions;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Posts events. Follows no redirect, and waits for no answer longer than it may take. Thread-safe. */
final class WebhookClient {
    /** Answers of receivers that may take the same event later: a request that was too slow, too early or one too many. */
    private static final Set<Integer> LATER = Set.of(408, 425, 429);

    private static final int SUCCESS = 2;
    private static final int SERVER_ERROR = 5;

    private final HttpClient client;
    private final Duration timeout;

    /** @param timeout of a request, its answer included */
    WebhookClient(Duration timeout) {
        this.timeout = timeout;
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
    }

    /** What a receiver did with an event. */
    enum Outcome {
        TAKEN,
        /** It may take the event later. */
        FAILED,
        /** It will never take this event. */
        REFUSED
    }

    /**
     * An answer.
     *
     * @param detail what went wrong, for people
     */
    record Answer(Outcome outcome, String detail) {}

    /**
     * Posts an event, and waits for the answer.
     *
     * @param now when it is sent, which is signed
     */
    Answer post(Webhook webhook, UUID id, byte[] body, Instant now) throws InterruptedException {
        final HttpRequest request = HttpRequest.newBuilder(webhook.uri())
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .header("User-Agent", "usage-streams")
                .header("webhook-id", id.toString())
                .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
                .header("webhook-signature", webhook.signature(id.toString(), now, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        final CompletableFuture<HttpResponse<Void>> sent =
                client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
        try {
            // The request's own time-out ends with the headers of the answer: its body may trickle.
            return answer(sent.get(timeout.toMillis(), TimeUnit.MILLISECONDS).statusCode());
        } catch (TimeoutException e) {
            return new Answer(Outcome.FAILED, "no answer within " + timeout.toMillis() + " ms");
        } catch (ExecutionException e) {
            return new Answer(Outcome.FAILED, String.valueOf(e.getCause()));
        } finally {
            sent.cancel(true);
        }
    }

    private static Answer answer(int status) {
        if (status / 100 == SUCCESS) {
            return new Answer(Outcome.TAKEN, "");
        }
        return new Answer(
                status / 100 == SERVER_ERROR || LATER.contains(status) ? Outcome.FAILED : Outcome.REFUSED,
                "it answers with status " + status);
    }
}

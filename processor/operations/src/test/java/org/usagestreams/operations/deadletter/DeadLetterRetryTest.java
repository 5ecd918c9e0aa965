package org.usagestreams.operations.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.usagestreams.wire.deadletter.DeadLetter;

class DeadLetterRetryTest {
    private Optional<byte[]> input = Optional.empty();
    private final DeadLetterRetry retry =
            new DeadLetterRetry("notifications", "marked", "completions", deadLetter -> input);

    @Test
    void shouldSendWhatAnObjectThatWasSetAsideIsTriedAgainBy() {
        final ProducerRecord<byte[], byte[]> again = retry.record(new DeadLetter(
                        DeadLetter.Step.STORE,
                        "no answer",
                        version(),
                        null,
                        null,
                        null,
                        "2025-11-03T12:00:00Z",
                        new DeadLetter.Retry("2025-11-03T12:00:01Z", "the key", "the event")))
                .orElseThrow();
        assertThat(again.topic()).isEqualTo("marked");
        assertThat(text(again.key())).isEqualTo("the key");
        assertThat(text(again.value())).isEqualTo("the event");
    }

    @Test
    void shouldMakeAnEventOfAVersionThatIsNewerThanWhatFailed() {
        final ProducerRecord<byte[], byte[]> again =
                retry.record(letter(DeadLetter.Step.SPLIT, version())).orElseThrow();
        assertThat(again.topic()).isEqualTo("marked");
        assertThat(text(again.value()))
                .contains("a.parquet")
                .contains("\"the-etag\"")
                .contains("1970-01-01T00:00:07.001Z");
    }

    @Test
    void shouldSendTheInputOfANotificationAgain() {
        final DeadLetter deadLetter = letter(DeadLetter.Step.NOTIFICATION, null);
        assertThat(retry.record(deadLetter)).isEmpty();
        assertThat(DeadLetterRetry.obstacle(deadLetter)).contains("Upload the object again");
        input = Optional.of("input".getBytes(StandardCharsets.UTF_8));
        final ProducerRecord<byte[], byte[]> again = retry.record(deadLetter).orElseThrow();
        assertThat(text(again.value())).isEqualTo("input");
        assertThat(again.topic())
                .as("the bucket's stays where marks are not believed")
                .isEqualTo("notifications");
    }

    @Test
    void shouldPublishTheEventAgainThatAWebhookDidNotTake() {
        final ProducerRecord<byte[], byte[]> again = retry.record(new DeadLetter(
                        DeadLetter.Step.DELIVER,
                        "status 400",
                        null,
                        "https://costs.example/hook",
                        "org|source|2025-11-03",
                        DeadLetter.payloadOf("the event".getBytes(StandardCharsets.UTF_8)),
                        "2025-11-03T12:00:00Z"))
                .orElseThrow();
        assertThat(again.topic()).isEqualTo("completions");
        assertThat(text(again.key())).isEqualTo("org|source|2025-11-03");
        assertThat(text(again.value())).isEqualTo("the event");
    }

    @Test
    void shouldLeaveRowsAlone() {
        input = Optional.of("input".getBytes(StandardCharsets.UTF_8));
        final DeadLetter deadLetter = letter(DeadLetter.Step.PUBLISH, null);
        assertThat(retry.record(deadLetter)).isEmpty();
        assertThat(DeadLetterRetry.obstacle(deadLetter)).contains("The row is published when it becomes valid");
    }

    private static DeadLetter letter(DeadLetter.Step step, DeadLetter.ObjectOf version) {
        return new DeadLetter(step, "a reason", version, null, "topic-0@1", null, "2025-11-03T12:00:00Z");
    }

    private static DeadLetter.ObjectOf version() {
        return new DeadLetter.ObjectOf("bucket", "data/a.parquet", "the-etag", "", 7_000, 6_000);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}

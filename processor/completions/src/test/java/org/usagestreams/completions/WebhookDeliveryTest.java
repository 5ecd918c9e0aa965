package org.usagestreams.completions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.usagestreams.settings.Settings;
import org.usagestreams.testkit.ManualTime;
import org.usagestreams.wire.completion.DayCompletion;
import org.usagestreams.wire.deadletter.DeadLetter;

class WebhookDeliveryTest {
    private static final TopicPartition PARTITION = new TopicPartition("completions", 0);
    private static final Duration RETRY = Duration.ofSeconds(60);

    private final ManualTime time = new ManualTime();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private Receiver receiver;
    private WebhookDelivery delivery;

    @BeforeEach
    void start() throws Exception {
        receiver = new Receiver();
        delivery = new WebhookDelivery(
                Webhook.of(Settings.of(receiver.settings())).get(0),
                new WebhookClient(Duration.ofSeconds(10)),
                consumer,
                producer,
                new WebhookDelivery.Topics("completions", "dead-letters"),
                new ExponentialBackoff(1_000, 2, 10_000, 0),
                RETRY,
                time);
        consumer.rebalance(List.of(PARTITION));
        consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    }

    @AfterEach
    void stop() {
        receiver.close();
        delivery.close();
    }

    private static byte[] event(long revision) {
        return new DayCompletion(
                        "org", "source", "2025-11-03", 1, revision, 5, 2, null, null, null, null, null, "then", "now")
                .toJson()
                .getBytes(StandardCharsets.UTF_8);
    }

    private void publish(long offset, byte[] value) {
        consumer.addRecord(new ConsumerRecord<>("completions", 0, offset, new byte[0], value));
    }

    private Long committed() {
        final OffsetAndMetadata offset = consumer.committed(Set.of(PARTITION)).get(PARTITION);
        return offset == null ? null : offset.offset();
    }

    private void steps(int count) throws InterruptedException {
        for (int i = 0; i < count; i++) {
            delivery.step();
        }
    }

    private List<Long> received() {
        return receiver.requests.stream()
                .map(request -> DayCompletion.parse(request.body()).revision())
                .toList();
    }

    @Test
    void shouldDeliverInOrderAndCommitEach() throws Exception {
        publish(0, event(1));
        publish(1, event(2));
        delivery.step();
        assertThat(committed()).isEqualTo(1);
        delivery.step();
        assertThat(committed()).isEqualTo(2);
        assertThat(received()).containsExactly(1L, 2L);
        assertThat(delivery.taken()).isEqualTo(2);
        publish(2, event(3));
        steps(2);
        assertThat(received()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void shouldTryAgainWithGrowingPausesBeforeTheNextEvent() throws Exception {
        receiver.then(Receiver.status(503)).then(Receiver.status(429));
        publish(0, event(1));
        publish(1, event(2));
        steps(3);
        assertThat(received()).containsExactly(1L);
        assertThat(committed()).isNull();
        time.sleep(1_000);
        steps(3);
        assertThat(received()).containsExactly(1L, 1L);
        time.sleep(1_999);
        steps(3);
        assertThat(received()).hasSize(2);
        time.sleep(1);
        steps(3);
        assertThat(received()).containsExactly(1L, 1L, 1L, 2L);
        assertThat(committed()).isEqualTo(2);
        assertThat(producer.history()).isEmpty();
        assertThat(delivery.failed()).isEqualTo(2);
    }

    @Test
    void shouldSetAsideAtOnceWhatIsRefused() throws Exception {
        receiver.then(Receiver.status(400));
        publish(0, event(1));
        publish(1, event(2));
        steps(2);
        assertThat(received()).containsExactly(1L, 2L);
        assertThat(committed()).isEqualTo(2);
        final ProducerRecord<byte[], byte[]> sent = producer.history().get(0);
        assertThat(sent.topic()).isEqualTo("dead-letters");
        final DeadLetter letter = DeadLetter.parse(sent.value());
        assertThat(letter.step()).isEqualTo(DeadLetter.Step.DELIVER);
        assertThat(letter.reason()).contains("revision 1", "status 400");
        assertThat(letter.record()).isEqualTo("org|source|2025-11-03");
        assertThat(letter.place()).isEqualTo(receiver.url());
        assertThat(java.util.Base64.getDecoder().decode(letter.payload())).isEqualTo(event(1));
    }

    @Test
    void shouldSetAsideWhatComesWhileAWebhookHasTakenNothingForLong() throws Exception {
        for (int i = 0; i < 10; i++) {
            receiver.then(Receiver.status(500));
        }
        publish(0, event(1));
        publish(1, event(2));
        publish(2, event(3));
        for (int i = 0; i < 9; i++) {
            delivery.step();
            time.sleep(10_000);
        }
        // Six pauses of up to ten seconds for the first; the second and the third have one try each.
        assertThat(received()).containsExactly(1L, 1L, 1L, 1L, 1L, 1L, 1L, 2L, 3L);
        assertThat(producer.history()).hasSize(3);
        assertThat(committed()).isEqualTo(3);
        receiver.then(Receiver.status(204));
        publish(3, event(4));
        publish(4, event(5));
        steps(2);
        time.sleep(1_000);
        steps(2);
        assertThat(committed()).isEqualTo(5);
        assertThat(delivery.setAside()).isEqualTo(4);
    }

    @Test
    void shouldForgetWhatIsAnothersAfterARebalance() throws Exception {
        receiver.then(Receiver.status(503));
        publish(0, event(1));
        steps(1);
        consumer.rebalance(List.of());
        time.sleep(1_000);
        steps(2);
        assertThat(received()).containsExactly(1L);
        assertThat(committed()).isNull();
    }

    @Test
    void shouldPassOverWhatIsNoEvent() throws Exception {
        publish(0, "no event".getBytes(StandardCharsets.UTF_8));
        publish(1, event(2));
        steps(2);
        assertThat(received()).containsExactly(2L);
        assertThat(committed()).isEqualTo(2);
    }
}

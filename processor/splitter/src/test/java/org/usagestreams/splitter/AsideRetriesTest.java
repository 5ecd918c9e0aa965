package org.usagestreams.splitter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.deadletter.DeadLetter;

/** Events that were set aside are sent again when their time has come, as the dead letter topic has them. */
class AsideRetriesTest {
    private static final TopicPartition LETTERS = new TopicPartition("letters", 0);
    private static final Instant START = Instant.parse("2025-11-24T11:00:00Z");

    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    private final MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    private final AtomicBoolean turn = new AtomicBoolean(true);
    private Instant now = START;
    private long offset;

    private final AsideRetries retries = new AsideRetries(
            new KafkaClients() {
                @Override
                public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
                    return consumer;
                }

                @Override
                public Producer<byte[], byte[]> producer(Map<String, Object> config) {
                    return producer;
                }

                @Override
                public Admin admin(Map<String, Object> config) {
                    throw new UnsupportedOperationException();
                }
            },
            Map.of(),
            LETTERS.topic(),
            "notifications",
            turn::get,
            new AsidePolicy(
                    Duration.ofSeconds(1), Duration.ofMinutes(10), Duration.ofHours(1), Duration.ofSeconds(10), 2),
            new Clock() {
                @Override
                public Instant instant() {
                    return now;
                }

                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }
            });

    AsideRetriesTest() {
        consumer.updatePartitions(
                LETTERS.topic(),
                List.of(new PartitionInfo(LETTERS.topic(), 0, Node.noNode(), new Node[0], new Node[0])));
        consumer.updateBeginningOffsets(Map.of(LETTERS, 0L));
        consumer.updateEndOffsets(Map.of(LETTERS, 0L));
        retries.step();
    }

    private void deadLetter(String id, Instant notBefore) {
        record(
                id,
                new DeadLetter(
                                DeadLetter.Step.STORE,
                                "r",
                                null,
                                null,
                                "n-0@1",
                                null,
                                START.toString(),
                                new DeadLetter.Retry(notBefore.toString(), "key of " + id, "event of " + id))
                        .toJson());
    }

    private void record(String id, byte[] value) {
        consumer.addRecord(new ConsumerRecord<>(LETTERS.topic(), 0, offset++, id.getBytes(UTF_8), value));
    }

    private List<String> sent() {
        return producer.history().stream()
                .map(sent -> new String(sent.value(), UTF_8))
                .toList();
    }

    @Test
    void shouldSendAnEventWhenItsTimeHasComeAndOnce() {
        deadLetter("a", START.plusSeconds(1));
        retries.step();
        assertThat(sent()).isEmpty();
        now = START.plusSeconds(1);
        retries.step();
        retries.step();
        assertThat(sent()).containsExactly("event of a");
        assertThat(producer.history().get(0).topic()).isEqualTo("notifications");
        now = now.plus(Duration.ofMinutes(10));
        retries.step();
        assertThat(sent())
                .as("where the attempt left no trace, it is sent again")
                .hasSize(2);
    }

    @Test
    void shouldNotSendAnEventThatWasSettled() {
        deadLetter("a", START);
        record("a", null);
        record("b", new byte[] {'?'});
        retries.step();
        assertThat(sent()).isEmpty();
    }

    @Test
    void shouldHoldTheFirstDueWhereThereAreTooMany() {
        deadLetter("late", START.plusSeconds(30));
        deadLetter("soon", START.plusSeconds(1));
        deadLetter("next", START.plusSeconds(2));
        retries.step();
        now = START.plusSeconds(2);
        retries.step();
        assertThat(sent()).containsExactlyInAnyOrder("event of soon", "event of next");
    }
}

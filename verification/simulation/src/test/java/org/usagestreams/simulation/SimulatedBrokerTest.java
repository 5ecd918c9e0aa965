package org.usagestreams.simulation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.junit.jupiter.api.Test;

/** The simulated broker does what a real one does. */
class SimulatedBrokerTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private long now = 1_000;
    private final SimulatedBroker broker = new SimulatedBroker(() -> now);

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private void send(ProducerIdentity producer, String key, String value) {
        broker.transactions().append(producer, PARTITION, bytes(key), bytes(value), List.of(), now);
    }

    private List<String> committed() {
        return broker.committed(PARTITION).stream()
                .map(r -> new String(r.key(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void shouldStopReadersOfCommittedRecordsBeforeAnOpenTransaction() {
        broker.createTopic("t", 1, TopicOptions.deleted(null));
        final ProducerIdentity first = broker.transactions().init("a", TIMEOUT);
        final ProducerIdentity second = broker.transactions().init("b", TIMEOUT);
        send(first, "1", "x");
        send(second, "2", "x");
        broker.transactions().end(second, true);
        assertEquals(List.of(), committed());
        assertEquals(0, broker.endOffset(PARTITION, true));
        assertEquals(3, broker.endOffset(PARTITION, false));
        broker.transactions().end(first, false);
        assertEquals(List.of("2"), committed());
        assertEquals(4, broker.fetch(PARTITION, 0, 10, true).next());
    }

    @Test
    void shouldFenceAProducerWhoseTransactionTimedOut() {
        broker.createTopic("t", 1, TopicOptions.deleted(null));
        final ProducerIdentity producer = broker.transactions().init("a", TIMEOUT);
        send(producer, "1", "x");
        now += TIMEOUT.toMillis();
        broker.tick();
        assertThrows(InvalidProducerEpochException.class, () -> send(producer, "2", "x"));
        assertThrows(ProducerFencedException.class, () -> broker.transactions().end(producer, true));
        assertEquals(List.of(), committed());
    }

    @Test
    void shouldCommitOffsetsWithTheirTransactionOnly() {
        broker.createTopic("t", 1, TopicOptions.deleted(null));
        final ProducerIdentity producer = broker.transactions().init("a", TIMEOUT);
        broker.transactions()
                .addOffsets(producer, GroupIdentity.outside("g"), Map.of(PARTITION, new OffsetAndMetadata(7)));
        assertEquals(Map.of(), broker.groups().committed("g"));
        broker.transactions().end(producer, true);
        assertEquals(7, broker.groups().committed("g").get(PARTITION).offset());
    }

    @Test
    void shouldRemoveSupersededRecordsAndOldTombstonesWhenItCompacts() {
        broker.createTopic("t", 1, TopicOptions.compacted(Duration.ZERO, Duration.ofSeconds(5)));
        broker.append(PARTITION, bytes("1"), bytes("old"), List.of(), now);
        broker.append(PARTITION, bytes("1"), bytes("new"), List.of(), now);
        broker.append(PARTITION, bytes("2"), null, List.of(), now);
        broker.compact("t");
        assertEquals(List.of("1", "2"), committed());
        assertArrayEquals(bytes("new"), broker.committed(PARTITION).get(0).value());
        now += 5_000;
        broker.compact("t");
        assertEquals(List.of("1"), committed());
        assertEquals(3, broker.endOffset(PARTITION, true));
    }

    @Test
    void shouldNotCompactBehindTheLastStableOffset() {
        broker.createTopic("t", 1, TopicOptions.compacted(Duration.ZERO, Duration.ZERO));
        final ProducerIdentity producer = broker.transactions().init("a", TIMEOUT);
        broker.append(PARTITION, bytes("1"), bytes("old"), List.of(), now);
        send(producer, "1", "open");
        broker.append(PARTITION, bytes("1"), bytes("later"), List.of(), now);
        broker.compact("t");
        broker.transactions().end(producer, false);
        assertEquals(List.of("1", "1"), committed());
        broker.compact("t");
        assertEquals(List.of("1"), committed());
    }
}

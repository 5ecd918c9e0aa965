package org.usagestreams.simulation.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.Test;
import org.usagestreams.simulation.ProducerIdentity;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.TopicOptions;

/** A simulated task restores its stores as Kafka Streams does. */
class RestorationTest {
    private static final String APPLICATION = "a";
    private static final TopicPartition CHANGELOG = new TopicPartition("a-s-changelog", 0);
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final SimulatedBroker broker = new SimulatedBroker(() -> 1_000);
    private final TaskState state = new TaskState();

    RestorationTest() {
        broker.createTopic("t", 1, TopicOptions.deleted(null));
        broker.createTopic(CHANGELOG.topic(), 1, TopicOptions.compacted(Duration.ZERO, Duration.ofDays(1)));
    }

    private static final class NoOutput implements TaskOutput {
        @Override
        public long send(TopicPartition partition, byte[] key, byte[] value, List<Header> headers, long timestamp) {
            throw new UnsupportedOperationException("a task that restores sends nothing");
        }

        @Override
        public int partitions(String topic) {
            return 1;
        }

        @Override
        public long now() {
            return 1_000;
        }

        @Override
        public void accessed(String store) {
            // Time stands still.
        }
    }

    private Restoration restoration() {
        final Wiring.Part part = new Wiring.Part(
                0,
                Map.of(
                        "source",
                        new Wiring.Source(
                                "source",
                                Set.of("t"),
                                Serdes.String().deserializer(),
                                Serdes.ByteArray().deserializer(),
                                Set.of())),
                Map.of(),
                Map.of(),
                Map.of("s", new Wiring.Store("s", Serdes.ByteArray(), null)));
        return new Restoration(
                broker, APPLICATION, new SimulatedTask(new TaskId(0, 0), part, state, new NoOutput(), APPLICATION));
    }

    private void write(ProducerIdentity producer, String key) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        broker.transactions().append(producer, CHANGELOG, bytes, bytes, List.of(), 1_000);
    }

    @Test
    void shouldWaitForWhatStandsBehindAnOpenTransaction() {
        final ProducerIdentity dead = broker.transactions().init("dead", TIMEOUT);
        final ProducerIdentity other = broker.transactions().init("other", TIMEOUT);
        write(dead, "open");
        write(other, "committed");
        broker.transactions().end(other, true);
        final Restoration restoration = restoration();

        assertThat(restoration.advance(state))
                .as("restored before the open transaction ends")
                .isFalse();
        assertThat(state.store("s")).isEmpty();

        broker.transactions().end(dead, false);
        assertThat(restoration.advance(state)).isTrue();
        assertThat(state.store("s")).containsOnlyKeys("committed");
    }

    @Test
    void shouldBeginAnewWithoutACheckpoint() {
        final ProducerIdentity producer = broker.transactions().init("p", TIMEOUT);
        write(producer, "live");
        broker.transactions().end(producer, true);
        state.store("s").put("stale", new byte[0]);

        assertThat(restoration().advance(state)).isTrue();

        assertThat(state.store("s")).containsOnlyKeys("live");
    }

    @Test
    void shouldGoOnFromACheckpoint() {
        final ProducerIdentity producer = broker.transactions().init("p", TIMEOUT);
        write(producer, "before");
        broker.transactions().end(producer, true);
        state.store("s").put("kept", new byte[0]);
        state.close(Map.of(CHANGELOG, broker.endOffset(CHANGELOG, true)));
        final ProducerIdentity later = broker.transactions().init("p", TIMEOUT);
        write(later, "after");
        broker.transactions().end(later, true);

        assertThat(restoration().advance(state)).isTrue();

        assertThat(state.store("s")).containsOnlyKeys("kept", "after");
    }
}

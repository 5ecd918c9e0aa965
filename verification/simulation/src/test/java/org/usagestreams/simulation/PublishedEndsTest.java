package org.usagestreams.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.usagestreams.topics.PublishedEnds;

/** What is loaded depends on it: where the last committed record below an end is, once that is decided. */
class PublishedEndsTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 0);
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    private final World world = new World(1, 10_000);
    private final SimulatedBroker broker = new SimulatedBroker(world::now);
    private final Node node = world.node("reader", 0);

    PublishedEndsTest() {
        broker.createTopic("t", 1, TopicOptions.deleted(null));
    }

    private interface Look {
        void at(PublishedEnds published);
    }

    private void write(ProducerIdentity producer, String key) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        broker.transactions().append(producer, PARTITION, bytes, bytes, List.of(), world.now());
    }

    private void look(Look look) {
        world.spawn(node, "reader", () -> {
            final SimulatedClients clients = new SimulatedClients(world, broker, node);
            try (Admin admin = clients.admin(Map.of());
                    PublishedEnds published =
                            new PublishedEnds(clients, new NodeTime(world, node), Map.of(), admin, "t")) {
                look.at(published);
            }
        });
        world.run(() -> false);
        assertThat(world.failures()).isEmpty();
        world.close();
    }

    @Test
    void shouldNotTellWhileATransactionIsOpenBelowAnEnd() {
        final ProducerIdentity open = broker.transactions().init("open", TIMEOUT);
        final ProducerIdentity other = broker.transactions().init("other", TIMEOUT);
        write(other, "0");
        broker.transactions().end(other, true);
        write(open, "2");
        look(published -> {
            final Map<TopicPartition, Long> ends = published.ends();
            assertThat(published.lastRecords(ends)).isEmpty();
            broker.transactions().end(open, true);
            assertThat(published.lastRecords(ends)).isEqualTo(Optional.of(Map.of(PARTITION, 3L)));
        });
    }

    @Test
    void shouldPassOverMarkersAndAbortedRecords() {
        final ProducerIdentity committed = broker.transactions().init("committed", TIMEOUT);
        final ProducerIdentity aborted = broker.transactions().init("aborted", TIMEOUT);
        write(committed, "0");
        broker.transactions().end(committed, true);
        write(aborted, "2");
        broker.transactions().end(aborted, false);
        look(published ->
                assertThat(published.lastRecords(published.ends())).isEqualTo(Optional.of(Map.of(PARTITION, 1L))));
    }
}

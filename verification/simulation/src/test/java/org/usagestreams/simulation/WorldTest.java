package org.usagestreams.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Blocking code of Kafka's clients, run from a seed. */
class WorldTest {
    private static final int RECORDS = 20;

    /** A loop that copies records exactly once, as clients are meant to be used. */
    private static void copy(SimulatedClients clients, String name) {
        while (true) {
            final Consumer<byte[], byte[]> consumer = clients.consumer(Map.of(
                    "group.id",
                    "g",
                    "group.instance.id",
                    name,
                    "isolation.level",
                    "read_committed",
                    "auto.offset.reset",
                    "earliest",
                    "max.poll.records",
                    3,
                    "session.timeout.ms",
                    10_000,
                    "max.poll.interval.ms",
                    20_000,
                    "partition.assignment.strategy",
                    CooperativeStickyAssignor.class.getName()));
            final Producer<byte[], byte[]> producer =
                    clients.producer(Map.of("transactional.id", name, "transaction.timeout.ms", 15_000));
            try {
                producer.initTransactions();
                consumer.subscribe(List.of("in"), new org.apache.kafka.clients.consumer.ConsumerRebalanceListener() {
                    @Override
                    public void onPartitionsRevoked(java.util.Collection<TopicPartition> partitions) {}

                    @Override
                    public void onPartitionsAssigned(java.util.Collection<TopicPartition> partitions) {}
                });
                while (true) {
                    copyOnce(consumer, producer);
                }
            } catch (KafkaException e) {
                producer.close();
                consumer.close();
            }
        }
    }

    @SuppressWarnings("FutureReturnValueIgnored")
    private static void copyOnce(Consumer<byte[], byte[]> consumer, Producer<byte[], byte[]> producer) {
        final ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(500));
        if (records.isEmpty()) {
            return;
        }
        final Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        producer.beginTransaction();
        for (final ConsumerRecord<byte[], byte[]> record : records) {
            producer.send(new ProducerRecord<>("out", 0, record.key(), record.value()));
            offsets.put(
                    new TopicPartition(record.topic(), record.partition()), new OffsetAndMetadata(record.offset() + 1));
        }
        producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
        producer.commitTransaction();
    }

    private record Result(List<String> copied, long trace, long steps) {}

    private static Result run(long seed) {
        try (World world = new World(seed, 50_000)) {
            final SimulatedBroker broker = new SimulatedBroker(world::now);
            world.onTick(broker::nextTick, broker::tick);
            broker.transactions().delayMarkers(() -> world.random().nextInt(200));
            broker.createTopic("in", 2, TopicOptions.deleted(null));
            broker.createTopic("out", 1, TopicOptions.deleted(null));
            for (int i = 0; i < RECORDS; i++) {
                broker.append(new TopicPartition("in", i % 2), text(i), text(i), List.of(), world.now());
            }
            for (int i = 0; i < 2; i++) {
                final String name = "copier-" + i;
                world.spawn(world.node("supervisor", 0), "supervisor-" + i, () -> supervise(world, broker, name));
            }
            final TopicPartition out = new TopicPartition("out", 0);
            world.run(() -> broker.committed(out).size() >= RECORDS && world.now() > World.EPOCH + 300_000);
            assertEquals(List.of(), world.failures());
            return new Result(
                    broker.committed(out).stream()
                            .map(r -> new String(r.value(), StandardCharsets.UTF_8))
                            .sorted()
                            .toList(),
                    world.trace(),
                    world.steps());
        }
    }

    /** Starts a copier, kills or pauses it at some step, and starts the next one. */
    private static void supervise(World world, SimulatedBroker broker, String name) {
        for (int life = 0; life < 4; life++) {
            final Node node = world.node(name, 0);
            final SimulatedClients clients = new SimulatedClients(world, broker, node);
            world.spawn(node, name + "/" + life, () -> copy(clients, name));
            if (life < 3) {
                if (world.random().nextBoolean()) {
                    node.pauseAfter(world.random().nextInt(60), 30_000);
                    world.sleep(40_000);
                }
                node.crashAfter(world.random().nextInt(60));
                world.sleep(20_000);
                node.crash();
            }
        }
    }

    private static byte[] text(int number) {
        return Integer.toString(number).getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void shouldCopyEachRecordOnceWhateverIsKilled() {
        final List<String> all = java.util.stream.IntStream.range(0, RECORDS)
                .mapToObj(Integer::toString)
                .sorted()
                .toList();
        for (long seed = 0; seed < 200; seed++) {
            assertEquals(all, run(seed).copied(), "seed " + seed);
        }
    }

    @Test
    void shouldDoTheSameForTheSameSeed() {
        final Result first = run(42);
        final Result second = run(42);
        assertEquals(first.trace(), second.trace());
        assertEquals(first.steps(), second.steps());
        assertNotEquals(first.trace(), run(43).trace());
        assertTrue(first.steps() > RECORDS);
    }
}

package org.usagestreams.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.usagestreams.topics.KafkaClients;

/**
 * Kafka's clients of one node over the simulated broker. They implement what the project calls, throw what the real clients
 * throw, and hand the baton on at each call that would go to the broker.
 */
public final class SimulatedClients implements KafkaClients {
    private final World world;
    private final SimulatedBroker broker;
    private final Node node;
    private final List<SimulatedConsumer> consumers = new ArrayList<>();

    /** Clients of a process. */
    public SimulatedClients(World world, SimulatedBroker broker, Node node) {
        this.world = world;
        this.broker = broker;
        this.node = node;
        world.onTick(() -> Long.MAX_VALUE, this::beat);
    }

    @Override
    public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
        final SimulatedConsumer consumer = new SimulatedConsumer(world, broker, config);
        consumers.add(consumer);
        return asConsumer(consumer);
    }

    @Override
    public Producer<byte[], byte[]> producer(Map<String, Object> config) {
        return asProducer(new SimulatedProducer(world, broker, config));
    }

    @Override
    public Admin admin(Map<String, Object> config) {
        return ClientCalls.implement(Admin.class, new SimulatedAdmin(world, broker));
    }

    @SuppressWarnings("unchecked") // The interface's bytes are the implementation's.
    private static Consumer<byte[], byte[]> asConsumer(SimulatedConsumer consumer) {
        return ClientCalls.implement(Consumer.class, consumer);
    }

    @SuppressWarnings("unchecked") // The interface's bytes are the implementation's.
    private static Producer<byte[], byte[]> asProducer(SimulatedProducer producer) {
        return ClientCalls.implement(Producer.class, producer);
    }

    /** What the heartbeat threads of the node's consumers do, which the world calls before the broker's own ticks. */
    private void beat() {
        if (node.isCrashed() || node.pausedUntil() > world.now() || node.cutUntil() > world.now()) {
            return;
        }
        consumers.removeIf(SimulatedConsumer::isClosed);
        consumers.forEach(SimulatedConsumer::beat);
    }
}

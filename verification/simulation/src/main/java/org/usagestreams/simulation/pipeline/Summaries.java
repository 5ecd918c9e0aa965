package org.usagestreams.simulation.pipeline;

import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.simulation.Node;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.ViolationException;
import org.usagestreams.simulation.World;
import org.usagestreams.simulation.streams.SimulatedStreams;
import org.usagestreams.simulation.streams.SummaryInstallation;
import org.usagestreams.topics.TopicCatalog;

/** Processes of the real topology. */
final class Summaries {
    static final String APPLICATION = SummaryInstallation.APPLICATION;

    private final World world;
    private final SummaryInstallation installation;
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private final Map<Integer, SimulatedStreams> streams = new TreeMap<>();

    Summaries(World world, SimulatedBroker broker, TopicCatalog topics, int ledgerVersions) {
        this.world = world;
        installation = new SummaryInstallation(broker, topics, ledgerVersions);
    }

    /** The process; null if none has been started. */
    Node node(int number) {
        return nodes.get(number);
    }

    /** Ends all processes at once. */
    void kill() {
        nodes.values().forEach(Node::crash);
    }

    /** What is started from now on has these topics. */
    void use(TopicCatalog topics) {
        installation.use(topics);
    }

    /** Starts a process where it does not run. */
    void start(int number, boolean newDisk) {
        final Node old = nodes.get(number);
        if (old != null && !old.isCrashed()) {
            return;
        }
        final String name = "summary-" + number;
        if (newDisk) {
            installation.loseDisk(name);
        }
        final Node node = world.node(name, 0);
        nodes.put(number, node);
        final SimulatedStreams instance = installation.start(new WorldHost(world, node), name);
        streams.put(number, instance);
        for (int i = 0; i < instance.threads(); i++) {
            final int thread = i;
            world.spawn(node, name, () -> loop(() -> instance.step(thread)));
            world.spawn(node, name + " heartbeat", () -> loop(() -> instance.beat(thread)));
        }
    }

    private void loop(java.util.function.LongSupplier step) {
        while (true) {
            final long next = step.getAsLong();
            if (next == Long.MAX_VALUE) {
                return;
            }
            world.sleep(Math.max(1, next - world.now()));
        }
    }

    /** A stream thread that dies of anything but fencing is a fault. */
    void check() {
        streams.values().forEach(instance -> {
            if (instance.deaths() > 0) {
                throw new ViolationException("a stream thread died: " + instance.lastDeath());
            }
        });
    }
}

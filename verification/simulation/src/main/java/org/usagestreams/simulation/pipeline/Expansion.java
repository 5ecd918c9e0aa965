package org.usagestreams.simulation.pipeline;

import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.usagestreams.operations.replay.PartitionExpansion;
import org.usagestreams.settings.Settings;
import org.usagestreams.simulation.Node;
import org.usagestreams.simulation.NodeTime;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.SimulatedClients;
import org.usagestreams.simulation.World;

/** The real command that gives topics more partitions, in a separate process. */
final class Expansion {
    private final World world;
    private final SimulatedBroker broker;
    private final int before;
    private int runs;

    /** How a run ended. */
    enum Outcome {
        DONE,
        /** It changed nothing, because something is left to be read. */
        REFUSED,
        KILLED
    }

    private static final class Run {
        private Outcome outcome;
        private String reason = "";
    }

    private String reason = "";

    /** An expansion of a system whose topics have so many partitions. */
    Expansion(World world, SimulatedBroker broker, int before) {
        this.world = world;
        this.broker = broker;
        this.before = before;
    }

    /**
     * Runs the command once; the calling actor waits for it.
     *
     * @param killAfter the process is killed at this step; negative for never
     */
    Outcome run(int partitions, int killAfter) {
        final Node node = world.node("expansion-" + runs++, 0);
        if (killAfter >= 0) {
            node.crashAfter(killAfter);
        }
        final Run run = new Run();
        world.spawn(node, node.name(), () -> {
            final Settings settings = Settings.of(Map.of("topics.partitions", Integer.toString(before)));
            final NodeTime time = new NodeTime(world, node);
            try (PartitionExpansion command = new PartitionExpansion(
                    settings,
                    new SimulatedClients(world, broker, node),
                    time,
                    partitions,
                    (from, admin) -> Sinks.offsets(admin))) {
                command.run(says -> {});
                run.outcome = Outcome.DONE;
            } catch (IllegalStateException | KafkaException e) {
                run.reason = e.toString();
                run.outcome = Outcome.REFUSED;
            }
        });
        world.await(() -> run.outcome != null || node.isCrashed(), Long.MAX_VALUE);
        reason = run.reason;
        // A kill after the end is none.
        return run.outcome == null ? Outcome.KILLED : run.outcome;
    }

    /** Why the last run refused; empty if it did not. */
    String reason() {
        return reason;
    }
}

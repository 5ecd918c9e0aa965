package org.usagestreams.simulation.pipeline;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.usagestreams.operations.replay.DayScope;
import org.usagestreams.operations.replay.Replay;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.settings.Settings;
import org.usagestreams.simulation.Node;
import org.usagestreams.simulation.NodeTime;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.SimulatedClients;
import org.usagestreams.simulation.SimulatedStore;
import org.usagestreams.simulation.ViolationException;
import org.usagestreams.simulation.World;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** The real command {@code replay}, each run in a separate process, while everything else goes on. */
final class Replays {
    /** A command that waits for longer than this has not ended. */
    private static final Duration WITHIN = Duration.ofMinutes(30);

    private static final Replay.Bar NO_BAR = new Replay.Bar() {
        @Override
        public void accept(long left) {
            // Nobody looks.
        }

        @Override
        public void close() {
            // It holds nothing.
        }
    };

    private final World world;
    private final SimulatedBroker broker;
    private final SimulatedStore store;
    private final TopicCatalog topics;
    private final LedgerRows ledger;
    private final List<Run> runs = new ArrayList<>();
    private final List<String> refusals = new ArrayList<>();

    /** A run of the command. */
    private static final class Run {
        private final Node node;
        private boolean ended;
        /** What the command tells the user to do has to be done now. */
        private boolean said;

        Run(Node node) {
            this.node = node;
        }

        boolean isOver() {
            return ended || node.isCrashed();
        }
    }

    /** One call of the command; it may throw what the command throws. */
    private interface Call {
        void on(Replay replay, Run run, SimulatedClients clients) throws Exception;
    }

    Replays(World world, SimulatedBroker broker, SimulatedStore store, TopicCatalog topics, LedgerRows ledger) {
        this.world = world;
        this.broker = broker;
        this.store = store;
        this.topics = topics;
        this.ledger = ledger;
    }

    /** Whether each run has ended, or was killed. */
    boolean areOver() {
        return runs.stream().allMatch(Run::isOver);
    }

    /** Ends all runs at once. */
    void kill() {
        runs.forEach(run -> run.node.crash());
    }

    /** Starts {@code replay --days} for all days; it is killed at this step, or never where that is negative. */
    void days(int killAfter) {
        spawn(killAfter, (replay, run, clients) -> {
            final Set<String> days = replay.days(DayScope.ALL).keySet();
            replay.days(days, false, null);
        });
    }

    /** Starts {@code replay --from-bucket} for all objects; it is killed at this step, or never where that is negative. */
    void fromBucket(int killAfter) {
        spawn(killAfter, (replay, run, clients) -> {
            try (Producer<byte[], byte[]> producer = clients.producer(Map.of())) {
                final Reconciliation.Publisher publisher =
                        new Reconciliation.Publisher(producer, topics.name(TopicRole.MARKED_NOTIFICATIONS));
                replay.fromBucket(
                        new ObjectStore(store.client()),
                        ledger,
                        new Replay.Objects("", DayScope.ALL),
                        publisher::publishAll);
            }
        });
    }

    /**
     * Starts {@code replay --from-topic}, and waits until it asks for the processors, ends, or is killed. No processor runs
     * when it is called.
     *
     * @param killAfter it is killed at this step; negative for never
     */
    void fromTopic(int killAfter) {
        final Run run = spawn(killAfter, (replay, self, clients) -> replay.fromTopic(says -> self.said = true));
        world.await(() -> run.said || run.isOver(), Long.MAX_VALUE);
    }

    private Run spawn(int killAfter, Call call) {
        final Node node = world.node("replay-" + runs.size(), 0);
        if (killAfter >= 0) {
            node.crashAfter(killAfter);
        }
        final Run run = new Run(node);
        runs.add(run);
        world.spawn(node, node.name(), () -> {
            final SimulatedClients clients = new SimulatedClients(world, broker, node);
            final Settings settings = Settings.of(Map.of(
                    "topics.partitions",
                    Integer.toString(topics.get(TopicRole.CHUNKS).partitions()),
                    "store.bucket",
                    SimulatedStore.BUCKET));
            try (Replay replay = new Replay(
                    settings,
                    clients,
                    new NodeTime(world, node),
                    WITHIN,
                    (step, total) -> NO_BAR,
                    (from, admin) -> Sinks.offsets(admin))) {
                call.on(replay, run, clients);
            } catch (IllegalStateException | KafkaException | IOException e) {
                // The store or the group does not let it; whoever ran it repeats it later.
                refusals.add(node.name() + ": " + e);
            } catch (Exception e) {
                throw new ViolationException("the command replay failed: " + e);
            }
            run.ended = true;
        });
        return run;
    }

    @Override
    public String toString() {
        return runs.stream()
                        .filter(run -> !run.isOver())
                        .map(run -> run.node.name())
                        .toList() + " run on; " + refusals;
    }
}

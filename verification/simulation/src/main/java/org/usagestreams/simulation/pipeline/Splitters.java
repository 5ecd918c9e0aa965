package org.usagestreams.simulation.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.usagestreams.simulation.Node;
import org.usagestreams.simulation.NodeTime;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.SimulatedClients;
import org.usagestreams.simulation.SimulatedStore;
import org.usagestreams.simulation.World;
import org.usagestreams.splitter.ObjectTime;
import org.usagestreams.splitter.SecondLane;
import org.usagestreams.splitter.SourceQuota;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.SplitPolicy;
import org.usagestreams.splitter.SplitterService;
import org.usagestreams.topics.TopicCatalog;

/** Processes of the real splitter. */
final class Splitters {
    static final String GROUP = "usage-splitter";

    /** What takes a second, or has more than a thousand bytes of chunks, is handed on, and so is what a source has too much of. */
    static final SecondLane SECOND = new SecondLane(
            GROUP + "-large",
            1,
            1 << 20,
            Duration.ofSeconds(1),
            64 << 20,
            1_000_000,
            1 << 20,
            1 << 20,
            null,
            new SourceQuota(4, 1 << 20, 1_000));

    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration ASIDE_LOOK = Duration.ofSeconds(2);
    private static final SplitLimits D = SplitLimits.DEFAULTS;

    /** The three rows that an object has of each date are two chunks, or one, where another setting is in force. */
    private static final List<SplitLimits> LIMITS = List.of(limits(2), limits(3));

    private final World world;
    private final SimulatedBroker broker;
    private final SimulatedStore store;
    private TopicCatalog topics;
    private final Reconciliations reconciliations;
    private final Map<Integer, Node> nodes = new TreeMap<>();
    private int starts;

    Splitters(
            World world,
            SimulatedBroker broker,
            SimulatedStore store,
            TopicCatalog topics,
            Reconciliations reconciliations) {
        this.world = world;
        this.broker = broker;
        this.store = store;
        this.topics = topics;
        this.reconciliations = reconciliations;
    }

    /** The process; null if none has been started. */
    Node node(int number) {
        return nodes.get(number);
    }

    /** Ends all processes at once, with their transactions open. */
    void kill() {
        nodes.values().forEach(Node::crash);
    }

    /** What is started from now on has these topics. */
    void use(TopicCatalog other) {
        topics = other;
    }

    /** Starts a process where it does not run; every other start has another size of chunks. */
    void start(int number) {
        final Node old = nodes.get(number);
        if (old != null && !old.isCrashed()) {
            return;
        }
        final Node node = world.node("splitter-" + number, 0);
        nodes.put(number, node);
        final NodeTime time = new NodeTime(world, node);
        final SimulatedClients clients = new SimulatedClients(world, broker, node);
        final SplitterService service = new SplitterService(
                options(number), topics, store.client(), store.client(), clients, time.clock(), time);
        final String name = node.name() + "#" + starts++;
        service.work().forEach(work -> world.spawn(node, name, work));
        world.spawn(node, name + " abandoned", () -> {
            while (true) {
                time.sleep(SESSION.toMillis() / 4);
                service.endAbandonedTransactions();
            }
        });
        world.spawn(node, name + " asides", () -> {
            while (true) {
                service.retryAsides();
                time.sleep(ASIDE_LOOK.toMillis());
            }
        });
        reconciliations.startService(node, clients, service::isFirst);
    }

    private static SplitLimits limits(int chunkRows) {
        return D.withChunks(chunkRows, D.chunkBytes());
    }

    private SplitterService.Options options(int number) {
        return new SplitterService.Options(
                Map.of(),
                GROUP,
                "splitter-" + number,
                SESSION,
                1,
                5,
                1_000,
                1 << 20,
                1 << 20,
                Duration.ofMillis(200),
                TRANSACTION_TIMEOUT,
                ObjectTime.within(Duration.ofSeconds(30), 1 << 20, 3, TRANSACTION_TIMEOUT),
                Duration.ofMillis(100),
                Duration.ofSeconds(10),
                0,
                LIMITS.get(starts % LIMITS.size()),
                SplitPolicy.DEFAULTS,
                SECOND);
    }
}

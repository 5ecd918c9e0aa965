package org.usagestreams.simulation.pipeline;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.usagestreams.simulation.Node;
import org.usagestreams.simulation.NodeTime;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.SimulatedClients;
import org.usagestreams.simulation.World;
import org.usagestreams.simulation.streams.SimulatedSink;
import org.usagestreams.simulation.streams.SummaryTable;
import org.usagestreams.summarizer.loading.LoadProgress;
import org.usagestreams.summarizer.loading.LoadTracker;
import org.usagestreams.summarizer.loading.LoadWatch;
import org.usagestreams.topics.ReaderOffsets;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/**
 * The sinks of summary and ledger, and the real watch that reports what is loaded, in one process. The tables that sinks fill outlive the
 * process; a sink applies records again that it has not committed yet.
 */
final class Sinks {
    static final String LEDGER_GROUP = "connect-usage-upload-ledger-sink";

    private static final String SUMMARY_GROUP = "connect-usage-daily-summary-sink";
    private static final String LOAD_WATCH_GROUP = Summaries.APPLICATION + "-load-watch";
    private static final long FLUSH_MILLIS = 1_000;
    private static final long PAUSE_MILLIS = 500;
    private static final Duration SESSION = Duration.ofSeconds(10);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(2);
    private static final int PENDING = 10;

    private final World world;
    private final SimulatedBroker broker;
    private final TopicCatalog topics;
    private final LedgerRows ledger;
    private final SummaryTable summary = new SummaryTable();
    private Node node;

    /** Sinks that do not run. */
    Sinks(World world, SimulatedBroker broker, TopicCatalog topics, LedgerRows ledger) {
        this.world = world;
        this.broker = broker;
        this.topics = topics;
        this.ledger = ledger;
    }

    /** The process; null if none has been started. */
    Node node() {
        return node;
    }

    /** The table of the summary. */
    SummaryTable summary() {
        return summary;
    }

    /** Starts the process where it does not run. */
    void start() {
        if (node != null && !node.isCrashed()) {
            return;
        }
        node = world.node("sinks", 0);
        spawn(LEDGER_GROUP, TopicRole.LEDGER, ledger::apply);
        spawn(SUMMARY_GROUP, TopicRole.SUMMARY, record -> {
            if (!SummaryWatch.isMove(record)) {
                summary.apply(record.key(), record.value());
            }
        });
        final SimulatedClients clients = new SimulatedClients(world, broker, node);
        final NodeTime time = new NodeTime(world, node);
        world.spawn(node, LOAD_WATCH_GROUP, () -> watchLoads(clients, time));
    }

    /** How far the sink of the summary is. The simulated one keeps that in the broker. */
    static ReaderOffsets offsets(Admin admin) {
        return ReaderOffsets.ofGroup(admin, SUMMARY_GROUP);
    }

    private void spawn(String group, TopicRole topic, SimulatedSink.Applier applier) {
        final SimulatedSink sink =
                new SimulatedSink(broker, new WorldHost(world, node), group, topics.name(topic), FLUSH_MILLIS, applier);
        world.spawn(node, group, () -> {
            while (true) {
                sink.step();
                world.sleep(PAUSE_MILLIS);
            }
        });
    }

    /** What {@link LoadWatch} does in its thread. */
    private void watchLoads(SimulatedClients clients, NodeTime time) {
        final LoadWatch.Options options = new LoadWatch.Options(
                Map.of(),
                LOAD_WATCH_GROUP,
                "sinks",
                SESSION,
                admin -> () -> new LoadProgress.State(offsets(admin).now(), Set.of()),
                LOOK,
                PENDING);
        while (true) {
            try (LoadTracker tracker = new LoadTracker(options, topics, clients, time)) {
                while (true) {
                    tracker.step();
                }
            } catch (KafkaException e) {
                time.sleep(RETRY.toMillis());
            }
        }
    }

    /** Ends them at once; started again, they go on where they have committed. */
    void kill() {
        if (node != null) {
            node.crash();
        }
    }
}

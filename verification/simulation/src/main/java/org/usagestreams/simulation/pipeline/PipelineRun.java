package org.usagestreams.simulation.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.usagestreams.simulation.Node;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.SimulatedStore;
import org.usagestreams.simulation.SimulatedStore.Notice;
import org.usagestreams.simulation.SimulatedStore.Outage;
import org.usagestreams.simulation.TopicOptions;
import org.usagestreams.simulation.ViolationException;
import org.usagestreams.simulation.World;
import org.usagestreams.simulation.pipeline.PipelineHistory.Config;
import org.usagestreams.simulation.streams.SimulatedReports.Contents;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.topics.TopicSpec;

/** Runs a history once. */
final class PipelineRun implements AutoCloseable {
    private static final long MOST_STEPS = 300_000;
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(20);
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration STAYS = Duration.ofSeconds(5);
    private static final int MARKER_MILLIS = 60;
    private static final List<Outage> FAILURES =
            List.of(Outage.UNREACHABLE, Outage.SLOW_DOWN, Outage.FORBIDDEN, Outage.INGRESS_404);

    private final PipelineHistory history;
    private final Config config;
    private final World world;
    private final SimulatedBroker broker;
    private final TopicCatalog topics;
    private final SimulatedStore store;
    private final Uploads uploads;
    private final Splitters splitters;
    private final Summaries summaries;
    private final SummaryWatch watch;
    private boolean done;
    private RuntimeException violation;

    PipelineRun(PipelineHistory history) {
        this.history = history;
        config = history.config();
        world = new World(history.seed(), MOST_STEPS);
        broker = new SimulatedBroker(world::now);
        world.onTick(broker::nextTick, broker::tick);
        broker.transactions().delayMarkers(() -> world.random().nextInt(MARKER_MILLIS));
        topics = TopicCatalog.shipped().withPartitions(config.partitions());
        topics.all().forEach(topic -> broker.createTopic(topic.name(), topic.partitions(), options(topic)));
        store = new SimulatedStore(world, config.versioned(), config.minio(), new long[] {0, 0}, this::notified);
        uploads = new Uploads(store, config.sources());
        splitters = new Splitters(world, broker, store, topics);
        summaries = new Summaries(world, broker, topics);
        watch = new SummaryWatch(broker, topics.name(TopicRole.SUMMARY));
    }

    private static TopicOptions options(TopicSpec topic) {
        return topic.cleanup().equals("compact")
                ? TopicOptions.compacted(Duration.ZERO, topic.retention())
                : TopicOptions.deleted(topic.retention());
    }

    private void notified(String key, byte[] value) {
        final byte[] bytes = key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        final int partition = Utils.toPositive(Utils.murmur2(bytes)) % config.partitions();
        broker.append(
                new TopicPartition(topics.name(TopicRole.NOTIFICATIONS), partition),
                bytes,
                value,
                List.of(),
                world.now());
    }

    /**
     * Runs it.
     *
     * @return simulated calls
     * @throws ViolationException where an invariant is broken
     */
    long run() {
        world.spawn(world.node("user", 0), "user", this::user);
        world.run(this::isOver);
        if (violation != null) {
            throw violation;
        }
        if (!world.failures().isEmpty()) {
            throw new ViolationException(String.join("; ", world.failures()));
        }
        return world.steps();
    }

    long trace() {
        return world.trace();
    }

    private boolean isOver() {
        try {
            watch.look();
            summaries.check();
            if (!world.failures().isEmpty()) {
                throw new ViolationException(String.join("; ", world.failures()));
            }
        } catch (RuntimeException e) {
            violation = e;
        }
        return done || violation != null;
    }

    private void user() {
        IntStream.range(0, config.splitters()).forEach(splitters::start);
        IntStream.range(0, config.summaries()).forEach(number -> summaries.start(number, false));
        for (final Operation operation : history.operations()) {
            world.sleep(operation.after());
            apply(operation);
        }
        settle();
        done = true;
    }

    private void settle() {
        final long end = world.now() + SETTLED_WITHIN.toMillis();
        while (true) {
            // Whoever supervises processes starts those that are gone, and nothing is killed any more.
            IntStream.range(0, config.splitters()).forEach(splitters::start);
            IntStream.range(0, config.summaries()).forEach(number -> summaries.start(number, false));
            world.sleep(LOOK.toMillis());
            if (isRight()) {
                world.sleep(STAYS.toMillis());
                if (isRight()) {
                    return;
                }
            }
            if (world.now() > end) {
                throw new ViolationException("not settled after " + SETTLED_WITHIN.toMinutes() + " min: the summary is "
                        + watch.rows() + " and not " + uploads.expected());
            }
        }
    }

    private boolean isRight() {
        return store.isQuiet() && watch.rows().equals(uploads.expected());
    }

    private void apply(Operation operation) {
        final int a = operation.a();
        final int b = operation.b();
        final int c = operation.c();
        switch (operation.what()) {
            case PUT -> uploads.put(new Contents(a, b, operation.dates()), new Notice(0, 1, c, 0));
            case PUT_TWICE_TOLD -> uploads.put(new Contents(a, b, operation.dates()), new Notice(0, 2, c, 0));
            case REMOVE -> uploads.remove(a, new Notice(0, 1, c, 0));
            case REMOVE_IN_BATCH -> uploads.removeInBatch(a, b);
            case EXPIRE_NONCURRENT -> store.expireNoncurrent(uploads.key(a), new Notice(0, 1, c, 0));
            case TAG -> store.tag(uploads.key(a), b == 1, new Notice(0, 1, c, 0));
            case STORE_FAILS -> store.fail(FAILURES.get(b % FAILURES.size()), world.now() + c);
            case KILL_SPLITTER -> onNode(splitters.node(a), node -> node.crashAfter(b));
            case PAUSE_SPLITTER -> onNode(splitters.node(a), node -> node.pauseAfter(b, c));
            case CUT_SPLITTER -> onNode(splitters.node(a), node -> node.cut(world.now() + c));
            case START_SPLITTER -> splitters.start(a);
            case KILL_SUMMARY -> onNode(summaries.node(a), node -> node.crashAfter(b));
            case PAUSE_SUMMARY -> onNode(summaries.node(a), node -> node.pauseAfter(b, c));
            case START_SUMMARY -> summaries.start(a, b == 1);
            case COMPACT ->
                broker.topics().stream().sorted().forEach(topic -> {
                    broker.compact(topic);
                    broker.expireRecords(topic);
                });
        }
    }

    private static void onNode(Node node, java.util.function.Consumer<Node> what) {
        if (node != null && !node.isCrashed()) {
            what.accept(node);
        }
    }

    @Override
    public void close() {
        world.close();
    }
}

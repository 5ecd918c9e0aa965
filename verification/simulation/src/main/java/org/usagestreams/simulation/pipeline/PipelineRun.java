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
    private static final Duration READ_WITHIN = Duration.ofSeconds(20);
    private static final int EXPANSIONS = 12;
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
    private final LedgerRows ledger = new LedgerRows();
    private final Reconciliations reconciliations;
    private final Sinks sinks;
    private final Splitters splitters;
    private final Summaries summaries;
    private final Replays replays;
    private final SummaryWatch watch;
    private final LoadedInvariant loaded;
    private final Node user;
    private boolean done;
    private RuntimeException violation;

    PipelineRun(PipelineHistory history) {
        this.history = history;
        config = history.config();
        world = new World(history.seed(), MOST_STEPS);
        user = world.node("user", 0);
        broker = new SimulatedBroker(world::now);
        world.onTick(broker::nextTick, broker::tick);
        broker.transactions().delayMarkers(() -> world.random().nextInt(MARKER_MILLIS));
        topics = TopicCatalog.shipped().withPartitions(config.partitions());
        topics.all().forEach(topic -> broker.createTopic(topic.name(), topic.partitions(), options(topic)));
        store = new SimulatedStore(
                world, config.versioned(), config.minio(), new long[] {0, config.skewMillis()}, this::notified);
        if (config.wholeSeconds()) {
            store.listWholeSeconds();
        }
        sinks = new Sinks(world, broker, topics, ledger);
        reconciliations = new Reconciliations(world, broker, store, topics, ledger, config.reconcile());
        uploads = new Uploads(store, config.sources());
        splitters = new Splitters(world, broker, store, topics, reconciliations);
        summaries = new Summaries(world, broker, topics, config.ledgerVersions());
        replays = new Replays(world, broker, store, topics, ledger);
        watch = new SummaryWatch(broker, topics.name(TopicRole.SUMMARY));
        loaded = new LoadedInvariant(broker, topics.name(TopicRole.LEDGER), sinks.summary(), uploads);
    }

    private static TopicOptions options(TopicSpec topic) {
        return topic.cleanup().equals("compact")
                ? TopicOptions.compacted(Duration.ZERO, topic.retention())
                : TopicOptions.deleted(topic.retention());
    }

    private void notified(String key, byte[] value) {
        final byte[] bytes = key.getBytes(java.nio.charset.StandardCharsets.UTF_8);
        final int partition =
                Utils.toPositive(Utils.murmur2(bytes)) % broker.partitions(topics.name(TopicRole.NOTIFICATIONS));
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
     * @throws ViolationException if an invariant is broken
     */
    long run() {
        world.spawn(user, "user", this::user);
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
            loaded.look();
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
        sinks.start();
        IntStream.range(0, config.splitters()).forEach(splitters::start);
        startSummaries();
        for (final Operation operation : history.operations()) {
            world.sleep(operation.after());
            apply(operation);
        }
        if (config.expandTo() > 0) {
            expand();
        }
        settle();
        done = true;
    }

    private void startSummaries() {
        IntStream.range(0, config.summaries()).forEach(number -> summaries.start(number, false));
    }

    /** As docs/scaling.md says: all is stopped, and where something is left to be read, all but the splitters run once more. */
    private void expand() {
        final Expansion expansion = new Expansion(world, broker, config.partitions());
        splitters.kill();
        replays.kill();
        int killAt = config.expansionKilledAt();
        for (int attempt = 0; ; attempt++) {
            sinks.kill();
            summaries.kill();
            Expansion.Outcome outcome = expansion.run(config.expandTo(), killAt);
            while (outcome == Expansion.Outcome.KILLED) {
                killAt = -1;
                outcome = expansion.run(config.expandTo(), killAt);
            }
            if (outcome == Expansion.Outcome.DONE) {
                break;
            }
            if (attempt == EXPANSIONS) {
                throw new ViolationException("partitions cannot be expanded: " + expansion.reason());
            }
            sinks.start();
            startSummaries();
            world.sleep(READ_WITHIN.toMillis());
        }
        final TopicCatalog more = topics.withPartitions(config.expandTo());
        splitters.use(more);
        summaries.use(more);
        sinks.start();
    }

    private void settle() {
        final long end = world.now() + SETTLED_WITHIN.toMillis();
        while (true) {
            // Whoever supervises processes starts those that are gone, and nothing is killed any more.
            sinks.start();
            IntStream.range(0, config.splitters()).forEach(splitters::start);
            startSummaries();
            world.sleep(LOOK.toMillis());
            if (store.isQuiet() && reconciliations.isRefused()) {
                reconciliations.confirm(user);
            }
            if (isRight()) {
                world.sleep(STAYS.toMillis());
                if (isRight()) {
                    return;
                }
            }
            if (world.now() > end) {
                throw new ViolationException("not settled after " + SETTLED_WITHIN.toMinutes() + " min: the summary is "
                        + watch.rows() + " and not " + uploads.expected() + ", the table holds "
                        + sinks.summary().reported().keySet() + ", all are loaded: " + uploads.areLoaded(ledger)
                        + ", replays: " + replays);
            }
        }
    }

    private boolean isRight() {
        final List<String> expected = uploads.expected();
        return store.isQuiet()
                && replays.areOver()
                && watch.rows().equals(expected)
                && List.copyOf(sinks.summary().reported().keySet()).equals(expected)
                && uploads.areLoaded(ledger);
    }

    private void apply(Operation operation) {
        final int a = operation.a();
        final int b = operation.b();
        final int c = operation.c();
        // Which server of the store takes it follows from the operation, so that it stays when others are left out.
        final int server = (a + b + c) & 1;
        switch (operation.what()) {
            case PUT -> uploads.put(new Contents(a, b, operation.dates()), new Notice(server, 1, c, 0));
            case PUT_TWICE_TOLD -> uploads.put(new Contents(a, b, operation.dates()), new Notice(server, 2, c, 0));
            case PUT_NOT_TOLD -> uploads.put(new Contents(a, b, operation.dates()), new Notice(server, 0, 0, 0));
            case PUT_SEEN_LATE -> uploads.put(new Contents(a, b, operation.dates()), new Notice(server, 1, 0, c));
            case REMOVE -> uploads.remove(a, new Notice(server, 1, c, 0));
            case REMOVE_NOT_TOLD -> uploads.remove(a, new Notice(server, 0, 0, 0));
            case REMOVE_IN_BATCH -> uploads.removeInBatch(a, b);
            case EXPIRE_NONCURRENT -> store.expireNoncurrent(uploads.key(a), new Notice(server, 1, c, 0));
            case TAG -> store.tag(uploads.key(a), b == 1, new Notice(server, 1, c, 0));
            case STORE_FAILS -> store.fail(FAILURES.get(b % FAILURES.size()), world.now() + c);
            case FORBID -> store.forbid(uploads.key(a), world.now() + c);
            case STORE_EMPTY -> store.beEmpty(world.now() + c);
            case OLD_LISTING -> store.listAsNow(world.now() + c);
            case KILL_SPLITTER -> onNode(splitters.node(a), node -> node.crashAfter(b));
            case PAUSE_SPLITTER -> onNode(splitters.node(a), node -> node.pauseAfter(b, c));
            case CUT_SPLITTER -> onNode(splitters.node(a), node -> node.cut(world.now() + c));
            case START_SPLITTER -> splitters.start(a);
            case KILL_SUMMARY -> onNode(summaries.node(a), node -> node.crashAfter(b));
            case PAUSE_SUMMARY -> onNode(summaries.node(a), node -> node.pauseAfter(b, c));
            case START_SUMMARY -> summaries.start(a, b == 1);
            case KILL_SINKS -> onNode(sinks.node(), node -> node.crashAfter(b));
            case START_SINKS -> sinks.start();
            case COMPACT ->
                broker.topics().stream().sorted().forEach(topic -> {
                    broker.compact(topic);
                    broker.expireRecords(topic);
                });
            case REPLAY_DAYS -> replays.days(b - 1);
            case REPLAY_BUCKET -> replays.fromBucket(b - 1);
            case REPLAY_TOPIC -> {
                summaries.kill();
                replays.fromTopic(b - 1);
                startSummaries();
            }
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

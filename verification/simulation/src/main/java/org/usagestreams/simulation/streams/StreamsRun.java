package org.usagestreams.simulation.streams;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.usagestreams.reference.ReferenceJson;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.TopicOptions;
import org.usagestreams.simulation.ViolationException;
import org.usagestreams.simulation.streams.StreamsHistory.Config;
import org.usagestreams.simulation.streams.StreamsHistory.Operation;
import org.usagestreams.summarizer.SummaryTopology;
import org.usagestreams.summarizer.TopologySettings;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.topics.TopicSpec;

/** Runs a history of the topology alone. */
final class StreamsRun {
    private static final String APPLICATION = "usage-summary";
    private static final String SPLITTER = "splitter";
    private static final long BEGIN = Instant.parse("2025-11-10T00:00:00Z").toEpochMilli();

    /** By then everything has to be settled, once faults have stopped. */
    private static final Duration SETTLED_WITHIN = Duration.ofMinutes(20);

    /** Changelogs keep tombstones as long as the chunk topic does, and state may be away for three quarters of that. */
    private static final Duration TOMBSTONES = Duration.ofDays(7);

    private static final Duration USABLE_STATE = Duration.ofHours(126);

    /** The ledger's limit of versions in every third history. */
    private static final int FEW_VERSIONS = 4;

    private static final long MOST_STEPS = 400_000;

    private final StreamsHistory history;
    private final Config config;
    private final TopicCatalog topics;
    private final StepWorld world;
    private final SimulatedBroker broker;
    private final SimulatedBucket bucket;
    private final StreamsInvariants invariants;
    private final Map<Integer, SimulatedStreams> instances = new HashMap<>();
    private final Map<Integer, SimulatedStreams.StateDirectory> disks = new HashMap<>();
    private int chunkRows = 2;
    private boolean label;

    /**
     * Makes the world of a history.
     *
     * @param strict see {@link StreamsInvariants}
     */
    StreamsRun(StreamsHistory history, boolean strict) {
        this.history = history;
        config = history.config();
        topics = TopicCatalog.shipped().withPartitions(config.partitions());
        final StepWorld[] lateWorld = new StepWorld[1];
        broker = new SimulatedBroker(() -> lateWorld[0].now());
        world = new StepWorld(history.seed(), BEGIN, broker::tick);
        lateWorld[0] = world;
        topics.all().forEach(topic -> broker.createTopic(topic.name(), topic.partitions(), options(topic)));
        bucket = new SimulatedBucket(config.sources());
        invariants = new StreamsInvariants(broker, topics, bucket, strict);
    }

    private static TopicOptions options(TopicSpec topic) {
        final Duration lag =
                Duration.ofMillis(Long.parseLong(topic.config().getOrDefault("min.compaction.lag.ms", "0")));
        return topic.cleanup().equals("compact")
                ? TopicOptions.compacted(lag, topic.retention())
                : TopicOptions.deleted(topic.retention());
    }

    /**
     * Runs it.
     *
     * @return the number of steps
     * @throws ViolationException if an invariant is broken
     */
    long run() {
        startSplitter();
        IntStream.range(0, config.instances()).forEach(this::start);
        for (final Operation operation : history.operations()) {
            runFor(operation.after());
            apply(operation);
        }
        settle();
        return world.steps();
    }

    private void runFor(long millis) {
        world.runUntil(world.now() + millis, () -> {
            invariants.look();
            instances.values().forEach(StreamsRun::hasNotDied);
            if (world.steps() > MOST_STEPS) {
                throw new ViolationException("no end after " + world.steps() + " steps");
            }
        });
    }

    private static void hasNotDied(SimulatedStreams instance) {
        if (instance.deaths() > 0) {
            final ViolationException violation =
                    new ViolationException("a stream thread died: " + instance.lastDeath());
            violation.initCause(instance.lastDeath());
            throw violation;
        }
    }

    private void settle() {
        final long end = world.now() + SETTLED_WITHIN.toMillis();
        String difference;
        do {
            restartAll();
            runFor(10_000);
            difference = bucket.isIdle() ? invariants.difference(label) : "notifications are left";
        } while (!difference.isEmpty() && world.now() < end);
        if (difference.isEmpty()) {
            runFor(5_000);
            difference = invariants.difference(label);
        }
        if (!difference.isEmpty()) {
            throw new ViolationException("not settled after " + SETTLED_WITHIN.toMinutes() + " min: " + difference);
        }
    }

    private void restartAll() {
        IntStream.range(0, config.instances()).forEach(this::start);
        world.killAfter(SPLITTER, -1);
        IntStream.range(0, config.instances()).forEach(i -> world.killAfter(name(i), -1));
        if (!world.isAlive(SPLITTER)) {
            startSplitter();
        }
    }

    private static String name(int instance) {
        return "instance-" + instance;
    }

    private void startSplitter() {
        final Host host = world.start(SPLITTER);
        final StandInSplitter splitter = new StandInSplitter(broker, topics, bucket, host, SPLITTER, chunkRows);
        world.act(host, splitter::step);
    }

    private void start(int number) {
        if (world.isAlive(name(number))) {
            return;
        }
        final Host host = world.start(name(number));
        final StreamsOptions options = new StreamsOptions(
                APPLICATION,
                name(number),
                config.threads(),
                Duration.ofSeconds(10),
                Duration.ofMillis(100),
                Duration.ofSeconds(config.transactionSeconds()),
                config.recordBytes(),
                TOMBSTONES,
                USABLE_STATE,
                config.dayMillis());
        final SimulatedStreams streams = new SimulatedStreams(
                broker,
                host,
                options,
                wiring(host),
                disks.computeIfAbsent(number, n -> new SimulatedStreams.StateDirectory()));
        instances.put(number, streams);
        for (int i = 0; i < streams.threads(); i++) {
            final int thread = i;
            world.act(host, () -> streams.step(thread));
            world.act(host, () -> streams.beat(thread));
        }
    }

    private Wiring wiring(Host host) {
        final RecordingTopology topology = new RecordingTopology();
        SummaryTopology.fill(
                topology,
                topics,
                settings(),
                new HostTime(host),
                new BrokerProgress(broker, APPLICATION, topics),
                false);
        return topology.wiring();
    }

    private TopologySettings settings() {
        final TopologySettings d = TopologySettings.DEFAULTS;
        return d.withPacing(d.pacing()
                        .with(
                                Duration.ofMillis(Math.min(2_000, config.transactionSeconds() * 250L)),
                                Duration.ofSeconds(config.transactionSeconds())))
                .withLimits(config.recordBytes() / 2, history.seed() % 3 == 0 ? FEW_VERSIONS : d.ledgerVersions());
    }

    private void apply(Operation operation) {
        final int a = operation.a();
        switch (operation.kind()) {
            case PUT ->
                bucket.put(
                        new SimulatedReports.Contents(a, operation.b(), operation.dates()),
                        world.now(),
                        (int) (operation.after() % 3),
                        1 + (int) (operation.after() % 7) / 6);
            case DELETE ->
                bucket.delete(a, world.now(), (int) (operation.after() % 3), 1 + (int) (operation.after() % 7) / 6);
            case LABEL -> label(a == 1);
            case KILL -> world.killAfter(name(a), operation.b());
            case STOP -> {
                if (world.isAlive(name(a))) {
                    try {
                        instances.get(a).close();
                    } catch (ProcessKilledError e) {
                        instances.get(a).kill();
                    }
                    world.kill(name(a));
                }
            }
            case START -> start(a);
            case LOSE_DISK -> {
                if (!world.isAlive(name(a))) {
                    disks.remove(a);
                }
            }
            case PAUSE -> world.pause(name(a), operation.b() * 1_000L);
            case KILL_SPLITTER -> {
                chunkRows = a;
                world.killAfter(SPLITTER, operation.b());
            }
            case COMPACT -> compact();
            case DAYS_PASS -> {
                // Facts are kept for 7 days: somebody has to read them by then. Whoever is not up stays so.
                if (IntStream.range(0, config.instances()).noneMatch(i -> world.isAlive(name(i)))) {
                    start(0);
                }
                IntStream.range(0, config.instances()).forEach(i -> world.killAfter(name(i), -1));
                world.killAfter(SPLITTER, -1);
                if (!world.isAlive(SPLITTER)) {
                    startSplitter();
                }
                runFor(120_000);
                compact();
                world.sleep(Duration.ofDays(4).toMillis());
                runFor(30_000);
                world.sleep(Duration.ofDays(4).toMillis());
                compact();
                runFor(1_000);
            }
        }
    }

    private void compact() {
        broker.topics().forEach(topic -> {
            broker.compact(topic);
            broker.expireRecords(topic);
        });
    }

    private void label(boolean enabled) {
        label = enabled;
        broker.append(
                new TopicPartition(topics.name(TopicRole.ENABLED_KEYS), 0),
                ("|" + SimulatedReports.LABEL).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                enabled ? ReferenceJson.enabledKey() : null,
                java.util.List.of(),
                world.now());
    }
}

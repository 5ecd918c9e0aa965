package org.usagestreams.simulation.pipeline;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.reconciler.InFlight;
import org.usagestreams.reconciler.Listing;
import org.usagestreams.reconciler.ReconcileService;
import org.usagestreams.reconciler.Reconciler;
import org.usagestreams.reconciler.RemovalLimit;
import org.usagestreams.simulation.Node;
import org.usagestreams.simulation.NodeTime;
import org.usagestreams.simulation.SimulatedBroker;
import org.usagestreams.simulation.SimulatedClients;
import org.usagestreams.simulation.SimulatedStore;
import org.usagestreams.simulation.ViolationException;
import org.usagestreams.simulation.World;
import org.usagestreams.store.ObjectFilter;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventRecord;

/**
 * The real comparison of the bucket with the ledger. Checks what a comparison publishes: no more removals than the limit allows, and none
 * of an existing object.
 */
final class Reconciliations {
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final World world;
    private final SimulatedBroker broker;
    private final SimulatedStore store;
    private final TopicCatalog topics;
    private final Settings settings;
    private final LedgerRows ledger;
    private final Set<ReconcileService> refusing = new HashSet<>();

    /**
     * How it compares.
     *
     * @param page most objects that are listed and looked at again at once
     * @param most removals that a comparison may declare
     */
    record Settings(Duration interval, Duration grace, int page, int most) {}

    Reconciliations(
            World world,
            SimulatedBroker broker,
            SimulatedStore store,
            TopicCatalog topics,
            LedgerRows ledger,
            Settings settings) {
        this.world = world;
        this.broker = broker;
        this.store = store;
        this.topics = topics;
        this.ledger = ledger;
        this.settings = settings;
    }

    /** The service beside a splitter. */
    void startService(Node node, KafkaClients clients, BooleanSupplier turn) {
        final NodeTime time = new NodeTime(world, node);
        final ReconcileService service =
                new ReconcileService(time, turn, () -> run(clients, time, limit()), settings.interval());
        refusing.add(service);
        world.spawn(node, node.name() + " reconcile", () -> {
            while (true) {
                time.sleep(LOOK.toMillis());
                service.step();
            }
        });
    }

    /** Whether a service waits for somebody to confirm removals. */
    boolean isRefused() {
        return refusing.stream().anyMatch(ReconcileService::isRefused);
    }

    /** Compares once without a limit, as {@code scripts/reconcile --yes} does. */
    void confirm(Node node) {
        try {
            run(new SimulatedClients(world, broker, node), new NodeTime(world, node), RemovalLimit.NONE);
        } catch (Exception e) {
            throw new ViolationException("reconcile --yes failed: " + e);
        }
    }

    private RemovalLimit limit() {
        return new RemovalLimit(10, settings.most(), 1_000);
    }

    private Reconciler.Result run(KafkaClients clients, Time time, RemovalLimit limit) throws Exception {
        try (InFlight way = new InFlight(clients, time, Map.of(), way());
                Producer<byte[], byte[]> producer = clients.producer(Map.of())) {
            return new Reconciler(
                            new Bucket(new ObjectStore(store.client())),
                            ledger,
                            way::await,
                            new Reconciler.Options(
                                    SimulatedStore.BUCKET,
                                    "",
                                    ObjectFilter.ALL,
                                    settings.grace(),
                                    settings.page(),
                                    PATIENCE,
                                    limit),
                            time,
                            new Watched(producer, limit))
                    .run(count -> {});
        }
    }

    private List<InFlight.Leg> way() {
        return List.of(
                new InFlight.Leg(topics.name(TopicRole.NOTIFICATIONS), Splitters.GROUP),
                new InFlight.Leg(topics.name(TopicRole.MARKED_NOTIFICATIONS), Splitters.GROUP),
                new InFlight.Leg(topics.name(TopicRole.LARGE_OBJECTS), Splitters.SECOND.groupId()),
                new InFlight.Leg(topics.name(TopicRole.OBJECTS), Summaries.APPLICATION),
                new InFlight.Leg(topics.name(TopicRole.LEDGER), Sinks.LEDGER_GROUP));
    }

    private final class Bucket implements Listing {
        private final ObjectStore objects;

        Bucket(ObjectStore objects) {
            this.objects = objects;
        }

        @Override
        public ObjectStore.Page page(String after) throws StoreException {
            return objects.list(SimulatedStore.BUCKET, "", after, settings.page());
        }

        @Override
        public Optional<ObjectStore.Listed> now(String key) throws StoreException {
            return objects.current(SimulatedStore.BUCKET, key)
                    .map(stored -> new ObjectStore.Listed(key, stored.etag(), stored.lastModified(), stored.size()));
        }
    }

    /** Publishes a comparison's events, and judges them. */
    private final class Watched implements Reconciler.Output {
        private final Producer<byte[], byte[]> producer;
        private final RemovalLimit limit;
        private final long begun = world.now();
        private final long known;
        private Exception failure;
        private long removals;

        Watched(Producer<byte[], byte[]> producer, RemovalLimit limit) {
            this.producer = producer;
            this.limit = limit;
            known = ledger.countObjects(SimulatedStore.BUCKET, "");
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // The flush below tells.
        public void publish(BucketEvent event) {
            if (event.kind() == BucketEvent.Kind.REMOVED) {
                removals++;
                // What came meanwhile may be more that the ledger knows.
                final long allowed = limit.of(Math.max(known, ledger.countObjects(SimulatedStore.BUCKET, "")));
                if (removals > allowed) {
                    throw violation("reconcile declares " + removals + " objects removed, and may " + allowed);
                }
                if (store.wasThereSince(event.key(), begun)) {
                    throw violation("reconcile declares " + event.key() + " removed, which is there");
                }
            }
            producer.send(
                    new ProducerRecord<>(
                            topics.name(TopicRole.MARKED_NOTIFICATIONS),
                            EventRecord.key(event),
                            EventRecord.value(event)),
                    (sent, e) -> failure = e == null ? failure : e);
        }

        @Override
        public void flush() {
            producer.flush();
            if (failure != null) {
                throw new IllegalStateException("a notification was not taken", failure);
            }
        }
    }

    private Error violation(String what) {
        // The service catches exceptions.
        return new AssertionError(what);
    }
}

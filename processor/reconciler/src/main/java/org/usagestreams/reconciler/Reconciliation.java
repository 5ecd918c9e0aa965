package org.usagestreams.reconciler;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.settings.Settings;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.store.StoreException;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.notification.BucketEvent;
import org.usagestreams.wire.notification.EventRecord;

/** Comparisons of bucket and ledger, as the settings describe them. */
public final class Reconciliation {
    private final Settings settings;
    private final KafkaClients clients;
    private final Time time;
    private final String prefix;
    private final RemovalLimit removals;

    /**
     * A comparison.
     *
     * @param prefix only of keys that begin so
     * @param removals how many objects may be declared removed
     */
    public Reconciliation(Settings settings, KafkaClients clients, Time time, String prefix, RemovalLimit removals) {
        this.settings = settings;
        this.clients = clients;
        this.time = time;
        this.removals = removals;
        this.prefix = prefix;
    }

    /** The limit that the settings give. */
    public static RemovalLimit limit(Settings settings) {
        return new RemovalLimit(
                settings.integer("reconcile.removals.percent"),
                settings.integer("reconcile.removals.least"),
                settings.integer("reconcile.removals.most"));
    }

    /**
     * About as many object versions as there are to compare: those that the ledger knows.
     *
     * @throws SQLException where the ledger cannot be read
     */
    public long known() throws SQLException {
        try (Connection connection = PostgresSettings.connect(settings)) {
            return new LedgerTable(connection, settings.text("postgres.status.schema"))
                    .count(LedgerTable.Query.ALL).values().stream()
                            .mapToLong(Long::longValue)
                            .sum();
        }
    }

    /** Compares and publishes what was missed. */
    public Reconciler.Result run(Consumer<Long> listed) throws Exception {
        try (Producer<byte[], byte[]> producer = producer(settings, clients)) {
            return run(listed, new Publisher(producer, settings.topics().name(TopicRole.MARKED_NOTIFICATIONS)));
        }
    }

    /** Compares and only says what was missed. */
    public Reconciler.Result dryRun(Consumer<Long> listed, Consumer<BucketEvent> missed) throws Exception {
        return run(listed, new Reconciler.Output() {
            @Override
            public void publish(BucketEvent event) {
                missed.accept(event);
            }

            @Override
            public void flush() {}
        });
    }

    private Reconciler.Result run(Consumer<Long> listed, Reconciler.Output output) throws Exception {
        final ObjectStore store = new ObjectStore(StoreSettings.client(settings));
        final String bucket = settings.text("store.bucket");
        final int page = settings.integer("reconcile.page");
        try (Connection connection = PostgresSettings.connect(settings);
                InFlight way = inFlight(settings, clients, time)) {
            return new Reconciler(
                            listing(store, bucket, page),
                            new LedgerTable(connection, settings.text("postgres.status.schema")),
                            way::await,
                            new Reconciler.Options(
                                    bucket,
                                    prefix,
                                    StoreSettings.filter(settings),
                                    settings.millis("reconcile.grace.ms"),
                                    page,
                                    settings.millis("reconcile.wait.ms"),
                                    removals),
                            time,
                            output)
                    .run(listed);
        }
    }

    private Listing listing(ObjectStore store, String bucket, int page) {
        return new Listing() {
            @Override
            public ObjectStore.Page page(String after) throws StoreException {
                return store.list(bucket, prefix, after, page);
            }

            @Override
            public Optional<ObjectStore.Listed> now(String key) throws StoreException {
                return store.current(bucket, key)
                        .map(stored ->
                                new ObjectStore.Listed(key, stored.etag(), stored.lastModified(), stored.size()));
            }
        };
    }

    /** The way from the notification topics to the ledger's table. */
    public static InFlight inFlight(Settings settings) {
        return inFlight(settings, KafkaClients.real(), Time.SYSTEM);
    }

    private static InFlight inFlight(Settings settings, KafkaClients clients, Time time) {
        return new InFlight(
                clients,
                time,
                settings.kafkaClient(),
                List.of(
                        new InFlight.Leg(
                                settings.topics().name(TopicRole.NOTIFICATIONS), settings.text("splitter.group.id")),
                        new InFlight.Leg(
                                settings.topics().name(TopicRole.MARKED_NOTIFICATIONS),
                                settings.text("splitter.group.id")),
                        new InFlight.Leg(
                                settings.topics().name(TopicRole.LARGE_OBJECTS),
                                settings.text("splitter.large.group.id")),
                        new InFlight.Leg(
                                settings.topics().name(TopicRole.OBJECTS), settings.text("summary.application.id")),
                        new InFlight.Leg(
                                settings.topics().name(TopicRole.LEDGER), settings.text("sink.ledger.group.id"))));
    }

    /** A producer of records that must not get lost. */
    public static Producer<byte[], byte[]> producer(Settings settings) {
        return producer(settings, KafkaClients.real());
    }

    /** A producer of records that must not get lost, made by these clients. */
    public static Producer<byte[], byte[]> producer(Settings settings, KafkaClients clients) {
        final var config = settings.kafkaClient();
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        return clients.producer(config);
    }

    /** Writes events to the topic of marked notifications. */
    public static final class Publisher implements Reconciler.Output {
        private final Producer<byte[], byte[]> producer;
        private final String topic;
        private volatile Exception failure;

        public Publisher(Producer<byte[], byte[]> producer, String topic) {
            this.producer = producer;
            this.topic = topic;
        }

        @Override
        @SuppressWarnings("FutureReturnValueIgnored") // The flush below tells.
        public void publish(BucketEvent event) {
            producer.send(new ProducerRecord<>(topic, EventRecord.key(event), EventRecord.value(event)), (sent, e) -> {
                if (e != null) {
                    failure = e;
                }
            });
        }

        /** Publishes events, and waits until the topic has them. */
        public void publishAll(List<BucketEvent> events) {
            events.forEach(this::publish);
            flush();
        }

        @Override
        public void flush() {
            producer.flush();
            if (failure != null) {
                throw new IllegalStateException(
                        "Cannot write a notification to " + topic + ": " + failure.getMessage(), failure);
            }
        }
    }
}

package org.usagestreams.splitter;

import io.minio.MinioClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/**
 * The two lanes of a splitter: which topics their threads read, in which group, and how much they do for a notification. Groups of
 * their own keep a thread that is at a large object from holding up the rebalances of the others.
 */
final class SplitterLanes {
    /**
     * Of the second lane, bytes that are fetched of a partition at once: some tens of notifications. What a source has too much of is
     * in one partition, and a consumer reads what it has fetched of a partition before it goes on to the next one.
     */
    private static final int LARGE_FETCH_BYTES = 16 << 10;

    /** The first lane polls so often, so that no rebalance waits for it. */
    private static final Duration FIRST_BATCH = Duration.ofSeconds(5);

    private final SplitterService.Options options;
    private final TopicCatalog topics;
    private final Stores stores;
    private final KafkaClients clients;
    private final SplitterCounts counts;
    private final Clock clock;
    private final Time time;
    private final BooleanSupplier running;
    private final SourceQuotas quotas;

    /**
     * Clients of the object store.
     *
     * @param quick gives each request no more time than the first lane has for an object
     * @param patient of the second lane
     */
    record Stores(MinioClient quick, MinioClient patient) {}

    /** Worker of a thread, and the thread's name. */
    record Named(String name, SplitterWorker worker) {}

    /** @param running false once all workers are to end */
    SplitterLanes(
            SplitterService.Options options,
            TopicCatalog topics,
            Stores stores,
            KafkaClients clients,
            SplitterCounts counts,
            Clock clock,
            Time time,
            BooleanSupplier running) {
        this.options = options;
        this.topics = topics;
        this.stores = stores;
        this.clients = clients;
        this.counts = counts;
        this.clock = clock;
        this.time = time;
        this.running = running;
        quotas = new SourceQuotas(options.second().quota());
    }

    /** Sources that have used up a quota of the first lane. */
    long sourcesOverQuota() {
        return quotas.exceeded(time.nanoseconds());
    }

    /** How many workers there are. */
    int size() {
        return options.threads() + options.second().threads();
    }

    /** New workers of both lanes. */
    List<Named> workers(SplitterWorker.ClientMeters meters) {
        final List<Named> workers = new ArrayList<>();
        for (int i = 0; i < options.threads(); i++) {
            final String name = "splitter-" + i;
            workers.add(new Named(name, first(name, meters)));
        }
        for (int i = 0; i < options.second().threads(); i++) {
            final String name = "splitter-large-" + i;
            workers.add(new Named(name, second(name, meters)));
        }
        return workers;
    }

    private SplitterWorker first(String name, SplitterWorker.ClientMeters meters) {
        final Duration half = options.transactionTimeout().dividedBy(2);
        return worker(
                name,
                options.groupId(),
                Map.of(),
                List.of(topics.name(TopicRole.NOTIFICATIONS), topics.name(TopicRole.MARKED_NOTIFICATIONS)),
                handler(
                        stores.quick(),
                        options.limits().withMemory(options.second().fromMemoryBytes()),
                        Lane.first(options.second(), options.bufferBytes(), quotas)),
                new TransactionalLoop.Bounds(
                        options.transaction(),
                        half.compareTo(FIRST_BATCH) < 0 ? half : FIRST_BATCH,
                        options.bufferBytes(),
                        options.second().directory(),
                        options.backoff()),
                meters);
    }

    private SplitterWorker second(String name, SplitterWorker.ClientMeters meters) {
        return worker(
                name,
                options.second().groupId(),
                Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, LARGE_FETCH_BYTES),
                List.of(topics.name(TopicRole.LARGE_OBJECTS)),
                handler(stores.patient(), options.limits(), Lane.second(options.second(), options.objectTime())),
                // No transaction is open while the next object is read, which may take long.
                new TransactionalLoop.Bounds(
                        Duration.ZERO,
                        options.transactionTimeout().dividedBy(2),
                        options.bufferBytes(),
                        options.second().directory(),
                        options.backoff()),
                meters);
    }

    private NotificationHandler handler(MinioClient store, SplitLimits limits, Lane lane) {
        return new NotificationHandler(
                new ObjectStore(store, counts.bytesRead, options.policy().homeBucket()),
                options.readAheadBytes(),
                new ObjectSplitter(limits),
                counts,
                clock,
                time,
                options.objectTime(),
                options.policy(),
                lane);
    }

    private SplitterWorker worker(
            String name,
            String groupId,
            Map<String, Object> ofConsumers,
            List<String> consumed,
            NotificationHandler handler,
            TransactionalLoop.Bounds bounds,
            SplitterWorker.ClientMeters meters) {
        final SplitterClients ofThread = new SplitterClients(clients, options, groupId, ofConsumers);
        return new SplitterWorker(
                name,
                consumed,
                ofThread,
                new NotificationRecords(handler, topics, counts),
                bounds,
                options.backoff(),
                new InstanceClaim(clients, options.kafka(), groupId, ofThread.member(name), options.session(), time),
                meters,
                time,
                running);
    }
}

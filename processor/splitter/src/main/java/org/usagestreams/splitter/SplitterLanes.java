package org.usagestreams.splitter;

import io.minio.MinioClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.consumer.GroupThreads;
import org.usagestreams.consumer.PollOrder;
import org.usagestreams.consumer.TransactionalLoop;
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
     * Of the second lane, bytes that are fetched of a partition at once: one batch of notifications, however large it is. One of them is
     * handled for a poll, and the others are fetched again.
     */
    private static final int LARGE_FETCH_BYTES = 1 << 10;

    /** The first lane polls so often, so that no rebalance waits for it. */
    private static final Duration FIRST_BATCH = Duration.ofSeconds(5);

    private final SplitterService.Options options;
    private final TopicCatalog topics;
    private final Stores stores;
    private final SplitterCounts counts;
    private final Clock clock;
    private final Time time;
    private final SourceQuotas quotas;

    /**
     * Clients of the object store.
     *
     * @param quick gives each request no more time than the first lane has for an object
     * @param patient of the second lane
     */
    record Stores(MinioClient quick, MinioClient patient) {}

    SplitterLanes(
            SplitterService.Options options,
            TopicCatalog topics,
            Stores stores,
            SplitterCounts counts,
            Clock clock,
            Time time) {
        this.options = options;
        this.topics = topics;
        this.stores = stores;
        this.counts = counts;
        this.clock = clock;
        this.time = time;
        quotas = new SourceQuotas(options.second().quota());
    }

    /** Sources that have used up a quota of the first lane. */
    long sourcesOverQuota() {
        return quotas.exceeded(time.nanoseconds());
    }

    /** The threads of both lanes, not started. */
    GroupThreads threads(KafkaClients clients) {
        return new GroupThreads(
                new GroupThreads.Options(
                        "splitter",
                        options.kafka(),
                        options.instanceId(),
                        options.session(),
                        options.pollRecords(),
                        options.producerBytes(),
                        options.transactionTimeout(),
                        options.backoff()),
                List.of(first(), second()),
                clients,
                time);
    }

    private GroupThreads.Group first() {
        final Duration half = options.transactionTimeout().dividedBy(2);
        return new GroupThreads.Group(
                "splitter",
                options.groupId(),
                List.of(topics.name(TopicRole.NOTIFICATIONS), topics.name(TopicRole.MARKED_NOTIFICATIONS)),
                options.threads(),
                options.pollInterval(),
                Map.of(),
                bounds(
                        PollOrder.BY_PARTITION,
                        options.transaction(),
                        half.compareTo(FIRST_BATCH) < 0 ? half : FIRST_BATCH),
                number -> records(
                        stores.quick(),
                        options.limits().ofFirstLane(options.second()),
                        Lane.first(options.second(), options.bufferBytes(), quotas)));
    }

    private GroupThreads.Group second() {
        return new GroupThreads.Group(
                "splitter-large",
                options.second().groupId(),
                List.of(topics.name(TopicRole.LARGE_OBJECTS)),
                options.second().threads(),
                options.pollInterval(),
                Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, LARGE_FETCH_BYTES),
                // What a source has too much of is in one partition: others wait for one object of it. No transaction
                // is open while the
                // next object is read, which may take long.
                bounds(
                        PollOrder.ONE_OF_EACH,
                        Duration.ZERO,
                        options.transactionTimeout().dividedBy(2)),
                number -> records(
                        stores.patient(), options.limits(), Lane.second(options.second(), options.objectTime())));
    }

    private TransactionalLoop.Bounds bounds(PollOrder order, Duration transaction, Duration batch) {
        return new TransactionalLoop.Bounds(
                order,
                transaction,
                batch,
                options.bufferBytes(),
                options.second().directory(),
                options.backoff());
    }

    private NotificationRecords records(MinioClient store, SplitLimits limits, Lane lane) {
        return new NotificationRecords(handler(store, limits, lane), topics, counts);
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
}

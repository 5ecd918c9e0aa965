package org.usagestreams.service.intake;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.ExponentialBackoff;
import org.usagestreams.consumer.GroupThreads;
import org.usagestreams.consumer.PollOrder;
import org.usagestreams.consumer.TransactionalLoop;
import org.usagestreams.intake.Unpacker;
import org.usagestreams.settings.Settings;
import org.usagestreams.splitter.EventPolicy;
import org.usagestreams.store.StoreSettings;
import org.usagestreams.store.TrustedHttp;
import org.usagestreams.topics.TopicRole;

/**
 * The lanes of an intake: which topics their threads read, in which groups. Payloads have two: the first reads notifications and
 * manifests, the second unpacks, a cluster's payloads one after the other. Announcements have two: the first tries each once, the second
 * tries again what could not be fetched.
 */
final class IntakeLanes {
    static final int BUFFER_BYTES = 4 << 20;

    private static final Duration BATCH = Duration.ofSeconds(5);

    /** What the store may take for the object at hand when the time for a payload is over. */
    private static final Duration OBJECT = Duration.ofMinutes(1);

    /** Notifications that are handled within this time share a transaction. */
    private static final Duration SHARED = Duration.ofMillis(50);

    /** Of a second lane, bytes that are fetched of a partition at once: one record of it is handled for a poll. */
    private static final int FETCH_BYTES = 16 << 10;

    private final Settings settings;
    private final Path directory;
    private final PayloadStore store;
    private final Clusters clusters;
    private final PayloadWaits waits;
    private final IntakeCounts counts;
    private final Clock clock;
    private final ExponentialBackoff backoff;

    /**
     * Those of an instance.
     *
     * @param directory a folder of its own
     * @param backoff pauses where the store or an ingress fails
     */
    IntakeLanes(
            Settings settings,
            Path directory,
            PayloadStore store,
            Clusters clusters,
            WaitingPayloads waiting,
            IntakeCounts counts,
            Clock clock,
            ExponentialBackoff backoff) {
        this.settings = settings;
        this.directory = directory;
        this.store = store;
        this.clusters = clusters;
        this.counts = counts;
        this.clock = clock;
        this.backoff = backoff;
        waits = new PayloadWaits(
                new PayloadWaits.Limits(
                        settings.millis("intake.cluster.wait.ms"),
                        settings.integer("intake.cluster.wait.payloads"),
                        settings.number("intake.cluster.wait.bytes"),
                        settings.millis("intake.aside.ms")),
                waiting,
                counts,
                clock);
    }

    /** Those of payloads, and those of announcements where hosts are named that may serve payloads. */
    List<GroupThreads.Group> groups() {
        final Duration payload = settings.millis("intake.payload.ms");
        final List<GroupThreads.Group> groups = new ArrayList<>();
        // One thread, so that payloads are handed on roughly in the order in which they came.
        groups.add(group(
                "intake",
                "intake.group.id",
                List.of(topic(TopicRole.NOTIFICATIONS), topic(TopicRole.MARKED_NOTIFICATIONS)),
                1,
                payload,
                PollOrder.BY_TIME,
                SHARED,
                thread -> receive()));
        groups.add(group(
                "intake-unpack",
                "intake.unpack.group.id",
                List.of(topic(TopicRole.PAYLOADS)),
                settings.integer("intake.threads"),
                payload,
                PollOrder.ONE_OF_EACH,
                Duration.ZERO,
                this::unpack));
        if (!settings.list("intake.announce.hosts").isEmpty()) {
            announcements(groups);
        }
        return groups;
    }

    private void announcements(List<GroupThreads.Group> groups) {
        final Duration first = settings.millis("intake.announce.first.ms");
        groups.add(group(
                "intake-announcements",
                "intake.announce.group.id",
                List.of(settings.text("intake.announce.topic")),
                1,
                first,
                PollOrder.BY_PARTITION,
                Duration.ZERO,
                thread -> announced(first, "announced-" + thread)));
        final Duration later = settings.millis("intake.announce.fetch.ms");
        groups.add(group(
                "intake-announcement-retries",
                "intake.announce.retry.group.id",
                List.of(topic(TopicRole.ANNOUNCEMENT_RETRIES)),
                1,
                later,
                PollOrder.ONE_OF_EACH,
                Duration.ZERO,
                thread -> announced(later, "announced-again-" + thread)));
    }

    private String topic(TopicRole role) {
        return settings.topics().name(role);
    }

    private GroupThreads.Group group(
            String name,
            String group,
            List<String> topics,
            int threads,
            Duration longest,
            PollOrder order,
            Duration transaction,
            IntFunction<TransactionalLoop.RecordHandler> handlers) {
        return new GroupThreads.Group(
                name,
                settings.text(group),
                topics,
                threads,
                BATCH.plus(longest).plus(OBJECT).plus(settings.millis("intake.transaction.timeout.ms")),
                order == PollOrder.ONE_OF_EACH
                        ? Map.of(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES)
                        : Map.of(),
                new TransactionalLoop.Bounds(order, transaction, BATCH, BUFFER_BYTES, directory, backoff),
                handlers);
    }

    private TransactionalLoop.RecordHandler receive() {
        final WorkTime time = new WorkTime(settings.millis("intake.payload.ms"), Time.SYSTEM);
        return new PayloadRecords(
                new PayloadHandler(store, waits, clock),
                new PayloadReceiver(
                        store, clusters, waits, unpacker(time), settings.number("intake.payload.bytes"), clock),
                new EventPolicy(StoreSettings.buckets(settings), settings.millis("splitter.event.future.ms")),
                settings.topics(),
                time,
                clock);
    }

    private TransactionalLoop.RecordHandler unpack(int thread) {
        final WorkTime time = new WorkTime(settings.millis("intake.payload.ms"), Time.SYSTEM);
        return new ReceivedPayloadRecords(
                new PayloadHandler(store, waits, clock),
                new PayloadUnpacking(
                        store,
                        unpacker(time),
                        new WorkFolder(directory.resolve("payload-" + thread)),
                        time,
                        settings.integer("retention.days"),
                        counts,
                        clock),
                unpacker(time),
                settings.topics(),
                time,
                clock);
    }

    private Unpacker unpacker(WorkTime time) {
        return new Unpacker(IntakeSettings.payload(settings), time);
    }

    private TransactionalLoop.RecordHandler announced(Duration longest, String folder) {
        final String authorities = settings.text("intake.announce.ca.file");
        final Set<String> hosts = settings.list("intake.announce.hosts").stream()
                .map(host -> host.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        return new AnnouncementRecords(
                new AnnouncementRecords.Options(
                        settings.text("intake.announce.service"),
                        settings.text("intake.validation.topic"),
                        settings.text("intake.announce.organisation.prefix"),
                        settings.text("store.bucket"),
                        settings.number("intake.payload.bytes"),
                        settings.millis("intake.announce.retry.ms"),
                        backoff),
                new PayloadDownload(
                        authorities.isEmpty()
                                ? new OkHttpClient()
                                : TrustedHttp.client(Path.of(authorities), "intake.announce.ca.file"),
                        longest,
                        hosts,
                        settings.number("intake.payload.bytes")),
                store,
                new WorkFolder(directory.resolve(folder)),
                settings.topics(),
                counts,
                clock);
    }
}

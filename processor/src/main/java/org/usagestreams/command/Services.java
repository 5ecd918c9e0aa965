package org.usagestreams.command;

import io.minio.MinioClient;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Time;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.instance.StateHeartbeat;
import org.usagestreams.loading.LoadWatch;
import org.usagestreams.settings.Settings;
import org.usagestreams.splitter.SplitterService;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TombstoneRetention;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.topology.ApplicationNames;
import org.usagestreams.topology.SummaryService;

/** Services from settings. */
public final class Services {
    private static final Logger LOG = LoggerFactory.getLogger(Services.class);

    private Services() {}

    /** A client of the object store. */
    public static MinioClient store(Settings settings) {
        final MinioClient.Builder builder = MinioClient.builder()
                .endpoint(settings.text("store.endpoint"))
                .credentials(settings.text("store.access.key"), settings.secret("store.secret.key"))
                .region(settings.text("store.region"));
        final String authorities = settings.text("store.ca.file");
        if (!authorities.isEmpty()) {
            builder.httpClient(TrustedHttp.client(Path.of(authorities)), true);
        }
        final MinioClient client = builder.build();
        final long timeout = settings.integer("store.timeout.ms");
        client.setTimeout(timeout, timeout, timeout);
        return client;
    }

    /** A splitter of that name, not started; refuses topics that differ. */
    static SplitterService splitter(Settings settings, String instance) {
        requireTopics(
                settings,
                settings.topics(),
                List.of(TopicRole.NOTIFICATIONS, TopicRole.CHUNKS, TopicRole.OBJECTS, TopicRole.DEAD_LETTERS));
        return new SplitterService(
                new SplitterService.Options(
                        settings.kafkaClient(),
                        settings.text("splitter.group.id"),
                        instance,
                        settings.millis("instance.session.ms"),
                        settings.integer("splitter.threads"),
                        settings.integer("splitter.poll.records"),
                        settings.integer("splitter.buffer.bytes"),
                        settings.integer("splitter.producer.bytes"),
                        settings.integer("store.read.ahead.bytes"),
                        Duration.ofMillis(settings.integer("splitter.transaction.ms")),
                        Duration.ofMillis(settings.integer("splitter.transaction.timeout.ms")),
                        settings.objectTime(),
                        Duration.ofMillis(settings.integer("splitter.retry.first.ms")),
                        Duration.ofMillis(settings.integer("splitter.retry.longest.ms")),
                        SplitterService.JITTER,
                        settings.splitLimits(),
                        settings.splitPolicy()),
                settings.topics(),
                store(settings));
    }

    /** The topology's service of that name, with its state in a folder, not started; refuses topics that differ. */
    static SummaryService summary(Settings settings, String instance, Path state) {
        return summary(settings, settings.topics(), settings.text("summary.application.id"), instance, state, false);
    }

    /** One of another application, which only writes what it would publish, to topics of its own in the catalog. */
    static SummaryService beside(Settings settings, TopicCatalog topics, String application, InstanceSlot slot) {
        return summary(
                settings,
                topics,
                application,
                settings.instance("summary.instance.id", slot.number()),
                slot.directory(),
                true);
    }

    private static SummaryService summary(
            Settings settings, TopicCatalog topics, String application, String instance, Path state, boolean beside) {
        requireTopics(
                settings,
                topics,
                List.of(
                        TopicRole.CHUNKS,
                        TopicRole.OBJECTS,
                        TopicRole.RETRACTIONS,
                        TopicRole.REFERENCE,
                        TopicRole.SUMMARY,
                        TopicRole.SUMMARY_STATUS,
                        TopicRole.LEDGER,
                        TopicRole.DEAD_LETTERS,
                        TopicRole.CLUSTERS,
                        TopicRole.ENABLED_KEYS,
                        TopicRole.COST_CATEGORIES));
        removeOutdated(settings, topics, new ApplicationNames(application), state);
        return new SummaryService(
                new SummaryService.Options(
                        settings.kafkaClient(),
                        application,
                        instance,
                        settings.millis("instance.session.ms"),
                        settings.integer("summary.threads"),
                        state.toString(),
                        settings.integer("summary.standby.replicas"),
                        settings.number("summary.rocksdb.bytes"),
                        settings.integer("topics.replication.factor"),
                        new SummaryService.Bounds(
                                settings.integer("summary.poll.records"),
                                settings.integer("summary.buffered.records"),
                                settings.integer("summary.fetch.bytes"),
                                settings.integer("summary.producer.bytes"),
                                Duration.ofMillis(settings.integer("summary.commit.ms"))),
                        settings.topology(),
                        beside),
                topics);
    }

    /** Of the time that tombstones are kept, the part for which state may have been out of use: compaction has no clock. */
    private static final double USABLE = 0.75;

    /** State that may have missed tombstones is restored from the beginning. */
    private static void removeOutdated(
            Settings settings, TopicCatalog topics, ApplicationNames application, Path directory) {
        final List<String> restoredFrom = new ArrayList<>(application.changelogs());
        restoredFrom.add(topics.name(TopicRole.CHUNKS));
        restoredFrom.add(topics.name(TopicRole.REFERENCE));
        final Duration kept;
        try (Admin admin = Admin.create(settings.kafkaClient())) {
            kept = TombstoneRetention.least(
                    admin, restoredFrom, topics.get(TopicRole.CHUNKS).retention());
        }
        final Duration usable = Duration.ofMillis((long) (kept.toMillis() * USABLE));
        StateHeartbeat.removeOutdated(directory, application.application(), usable, Time.SYSTEM);
    }

    /** Notes from time to time that the state is current, not started. */
    static StateHeartbeat heartbeat(Path directory, String application, SummaryService service) {
        return new StateHeartbeat(
                directory, application, Time.SYSTEM, () -> service.health().ready());
    }

    /** The watch that tells the ledger what is loaded, not started; it runs beside the topology. */
    static LoadWatch loadWatch(Settings settings, String instance) {
        return new LoadWatch(
                new LoadWatch.Options(
                        settings.kafkaClient(),
                        new ApplicationNames(settings.text("summary.application.id")).loadWatchGroup(),
                        instance,
                        settings.millis("instance.session.ms"),
                        settings.text("sink.summary.group.id"),
                        settings.millis("ledger.load.ms"),
                        settings.integer("ledger.load.pending")),
                settings.topics(),
                KafkaClients.real(),
                Time.SYSTEM);
    }

    /** A connection to PostgreSQL. */
    public static Connection postgres(Settings settings) throws SQLException {
        return DriverManager.getConnection(
                settings.text("postgres.url"), settings.text("postgres.user"), settings.secret("postgres.password"));
    }

    /** Closes parts in turn; one that fails is told, and does not keep the others. */
    public static void close(Deque<AutoCloseable> parts) {
        while (!parts.isEmpty()) {
            final AutoCloseable part = parts.pop();
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("{} did not end as it should", part.getClass().getSimpleName(), e);
            }
        }
    }

    private static void requireTopics(Settings settings, TopicCatalog topics, List<TopicRole> roles) {
        try (Admin admin = Admin.create(settings.kafkaClient())) {
            new TopicAdmin(admin).require(roles.stream().map(topics::get).toList());
        }
    }
}

package org.usagestreams.summarizer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.instance.InstanceSlot;
import org.usagestreams.instance.StateHeartbeat;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TombstoneRetention;
import org.usagestreams.topics.TopicAdmin;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** The topology's service from settings. */
public final class SummaryServices {
    /** Of the time that tombstones are kept, the part for which state may have been out of use: compaction has no clock. */
    private static final double USABLE = 0.75;

    private SummaryServices() {}

    /** The topology's service of that name, with its state in a folder, not started; refuses topics that differ. */
    public static SummaryService create(Settings settings, String instance, Path state) {
        return create(settings, settings.topics(), settings.text("summary.application.id"), instance, state, false);
    }

    /** One of another application, which only writes what it would publish, to topics of its own in the catalog. */
    public static SummaryService shadow(Settings settings, TopicCatalog topics, String application, InstanceSlot slot) {
        return create(
                settings, topics, application, slot.name(settings.text("summary.instance.id")), slot.directory(), true);
    }

    private static SummaryService create(
            Settings settings, TopicCatalog topics, String application, String instance, Path state, boolean shadow) {
        TopicAdmin.require(
                settings.kafkaClient(),
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
                        TopicRole.COST_CATEGORIES,
                        TopicRole.TAG_MAPPINGS));
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
                        SummarySettings.topology(settings),
                        shadow),
                topics);
    }

    /** State that may have missed tombstones is restored from the beginning. */
    private static void removeOutdated(
            Settings settings, TopicCatalog topics, ApplicationNames application, Path directory) {
        final List<String> restoredFrom = new ArrayList<>(application.changelogs());
        restoredFrom.add(topics.name(TopicRole.CHUNKS));
        restoredFrom.add(topics.name(TopicRole.REFERENCE));
        final Duration kept;
        try (Admin admin = KafkaClients.real().admin(settings.kafkaClient())) {
            kept = TombstoneRetention.least(
                    admin, restoredFrom, topics.get(TopicRole.CHUNKS).retention());
        }
        final Duration usable = Duration.ofMillis((long) (kept.toMillis() * USABLE));
        StateHeartbeat.removeOutdated(directory, application.application(), usable, Time.SYSTEM);
    }

    /** Notes from time to time that the state is current, not started. */
    public static StateHeartbeat heartbeat(Path directory, String application, SummaryService service) {
        return new StateHeartbeat(
                directory, application, Time.SYSTEM, () -> service.health().ready());
    }
}

package org.usagestreams.operations.replay;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.utils.Time;
import org.usagestreams.ledger.SinkPositions;
import org.usagestreams.settings.Settings;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.summarizer.SummaryService;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.ReaderOffsets;
import org.usagestreams.topics.TopicReader;
import org.usagestreams.topics.TopicRole;

/**
 * The system that is replayed: names of its topics and groups.
 *
 * @param sinkOffsets makes what tells how far the sink has loaded the summary topic
 */
record ReplayTarget(
        Settings settings, KafkaClients clients, Time time, BiFunction<Settings, Admin, ReaderOffsets> sinkOffsets) {
    private static final Duration GRACE = Duration.ofSeconds(3);

    /** A system whose sink tells in PostgreSQL how far it is. */
    ReplayTarget(Settings settings, KafkaClients clients, Time time) {
        this(
                settings,
                clients,
                time,
                (from, admin) -> new SinkPositions(from, admin, from.topics().name(TopicRole.SUMMARY)));
    }

    Admin admin() {
        return clients.admin(kafka());
    }

    TopicReader reader() {
        return new TopicReader(clients, kafka(), time);
    }

    Map<String, Object> kafka() {
        return settings.kafkaClient();
    }

    String topic(TopicRole role) {
        return settings.topics().name(role);
    }

    int partitions() {
        return settings.topics().get(TopicRole.CHUNKS).partitions();
    }

    /** A member that was stopped is remembered until its session ends. */
    Duration rememberedFor() {
        return settings.millis("instance.session.ms").plus(GRACE);
    }

    /** The days that count so many days from now. */
    KeptDays keptDays(int ahead) {
        final LocalDate today = LocalDate.ofInstant(Instant.ofEpochMilli(time.milliseconds()), ZoneOffset.UTC);
        return KeptDays.read(settings, clients, today.plusDays(ahead));
    }

    String application() {
        return settings.text("summary.application.id");
    }

    ApplicationNames names() {
        return new ApplicationNames(application());
    }

    /** Which topics each group has to read, but for notifications; others may read them as well. */
    Map<String, List<TopicRole>> readers() {
        return Map.of(
                names().group(), SummaryService.SOURCES,
                names().loadWatchGroup(), List.of(TopicRole.LEDGER),
                sink(), List.of(TopicRole.SUMMARY),
                settings.text("sink.ledger.group.id"), List.of(TopicRole.LEDGER));
    }

    /** What the members of a group are, for people. */
    String membersOf(String group) {
        if (group.equals(application())) {
            return "processors of application " + group;
        }
        if (group.equals(splitters()) || group.equals(largeSplitters())) {
            return "splitters (group " + group + ")";
        }
        if (group.equals(sink()) || group.equals(settings.text("sink.ledger.group.id"))) {
            return "sink tasks of a Kafka Connect worker (group " + group + ")";
        }
        return "members of group " + group;
    }

    String splitters() {
        return settings.text("splitter.group.id");
    }

    /** Those of the second lane. */
    String largeSplitters() {
        return settings.text("splitter.large.group.id");
    }

    String sink() {
        return settings.text("sink.summary.group.id");
    }

    /** How far a group has read its topics. */
    ReaderOffsets offsets(Admin admin, String group) {
        return group.equals(sink()) ? sinkPositions(admin) : ReaderOffsets.ofGroup(admin, group);
    }

    /** How far the sink has loaded the summary topic. */
    ReaderOffsets sinkPositions(Admin admin) {
        return sinkOffsets.apply(settings, admin);
    }
}

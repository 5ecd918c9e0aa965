package org.usagestreams.replay;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicRole;

/** The system that is replayed: names of its topics and groups. */
record ReplayTarget(Settings settings) {
    private static final Duration GRACE = Duration.ofSeconds(3);

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

    /** The oldest date that is not beyond retention. */
    LocalDate oldest() {
        return LocalDate.now(ZoneOffset.UTC).minusDays(settings.integer("retention.days"));
    }

    String application() {
        return settings.text("summary.application.id");
    }

    String splitters() {
        return settings.text("splitter.group.id");
    }

    String sink() {
        return settings.text("sink.summary.group.id");
    }
}

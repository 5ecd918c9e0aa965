package org.usagestreams.replay;

import java.util.Map;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicRole;

/** The system that is replayed: names of its topics and groups. */
record ReplayTarget(Settings settings) {
    Map<String, Object> kafka() {
        return settings.kafkaClient();
    }

    String topic(TopicRole role) {
        return settings.topics().name(role);
    }

    int partitions() {
        return settings.topics().get(TopicRole.CHUNKS).partitions();
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

package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.operations.replay.Replay;
import org.usagestreams.settings.Settings;
import org.usagestreams.summarizer.ApplicationNames;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;

/** An application is removed, and nothing of one whose id begins as its own. */
class ForgetIT {
    private static final ApplicationNames OLD = new ApplicationNames("usage-summary");
    private static final ApplicationNames PROMOTED = new ApplicationNames("usage-summary-2");

    @TempDir
    private Path directory;

    @Test
    void shouldRemoveWhatIsTheApplicationsAloneAndOnlyWhereItDoesNotRun() throws Exception {
        try (BrokerFixture broker = new BrokerFixture(directory)) {
            broker.make(OLD.changelogs(), 1);
            broker.make(PROMOTED.changelogs(), 1);
            broker.make(List.of("chunks"), 1);
            broker.readToEnd(OLD.group(), "chunks", 0);
            broker.readToEnd(PROMOTED.group(), "chunks", 0);
            final Set<String> before = broker.admin.listTopics().names().get();
            final Settings settings = broker.settings(Map.of("summary.application.id", PROMOTED.application()));
            assertThat(settings.topics().name(TopicRole.CHUNKS)).isNotEqualTo("chunks");
            try (Replay replay = new Replay(settings, KafkaClients.real(), Time.SYSTEM, Duration.ofSeconds(30), null)) {
                assertThatThrownBy(() -> replay.forget(PROMOTED.application(), false))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(replay.forget(OLD.application(), true))
                        .containsAll(OLD.changelogs())
                        .contains("group usage-summary")
                        .noneMatch(name -> name.contains(PROMOTED.application()));
                assertThat(broker.admin.listTopics().names().get()).isEqualTo(before);

                try (KafkaConsumer<byte[], byte[]> member = member(broker)) {
                    assertThatThrownBy(() -> replay.forget(OLD.application(), false))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("running");
                    assertThat(broker.admin.listTopics().names().get()).isEqualTo(before);
                    member.unsubscribe();
                }

                replay.forget(OLD.application(), false);
                Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
                                broker.admin.listTopics().names().get())
                        .containsAll(PROMOTED.changelogs())
                        .doesNotContainAnyElementsOf(OLD.changelogs()));
                assertThat(broker.committed(PROMOTED.group(), "chunks", 0)).isZero();
                assertThat(broker.committed(OLD.group(), "chunks", 0)).isEqualTo(-1);
            }
        }
    }

    private static KafkaConsumer<byte[], byte[]> member(BrokerFixture broker) {
        final Map<String, Object> config = broker.kafka();
        config.put("group.id", OLD.group());
        final KafkaConsumer<byte[], byte[]> member =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        member.subscribe(List.of("chunks"));
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> {
            member.poll(Duration.ofMillis(100));
            return !member.assignment().isEmpty();
        });
        return member;
    }
}

package org.usagestreams.summarizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.standalone.BrokerFixture;
import org.usagestreams.testkit.ManualTime;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicCatalog;
import org.usagestreams.topics.TopicRole;

/** A task that reads anew waits for the end as it was when it began, and its thread never waits for the broker. */
class CommittedProgressIT {
    private static final TopicCatalog TOPICS = TopicCatalog.shipped().withPartitions(1);
    private static final String CHUNKS = TOPICS.name(TopicRole.CHUNKS);

    @TempDir
    private Path directory;

    @Test
    void shouldWaitForTheEndThatWasNotedFirst() throws Exception {
        final ManualTime time = new ManualTime();
        try (BrokerFixture broker = new BrokerFixture(directory);
                CommittedProgress progress = new CommittedProgress(
                        KafkaClients.real(), time, broker.kafka(), "usage-summary", TOPICS, Runnable::run)) {
            broker.make(TOPICS);
            broker.put(CHUNKS, 0, "a", "1");
            assertThat(progress.isRead(0)).isFalse();
            broker.readToEnd("usage-summary", CHUNKS, 0);
            broker.put(CHUNKS, 0, "b", "2");
            assertThat(progress.isRead(0))
                    .as("what came later is not waited for")
                    .isTrue();
            assertThat(progress.isRead(0))
                    .as("who begins anew waits for all of it")
                    .isFalse();

            time.sleep(60_000);
            broker.put(CHUNKS, 0, "c", "3");
            broker.readToEnd("usage-summary", CHUNKS, 0);
            broker.put(CHUNKS, 0, "d", "4");
            assertThat(progress.isRead(0))
                    .as("an end of long ago is not believed")
                    .isFalse();

            assertThat(progress.isFirst(0, 0)).isTrue();
            assertThat(progress.isFirst(0, 1)).isFalse();
        }
    }

    /** Clients of a broker that does not answer. */
    private static final class Stuck implements KafkaClients {
        private final CountDownLatch answered = new CountDownLatch(1);
        private final CountDownLatch asked = new CountDownLatch(1);

        @Override
        public Consumer<byte[], byte[]> consumer(Map<String, Object> config) {
            throw new AssertionError("comes after the admin client");
        }

        @Override
        public Producer<byte[], byte[]> producer(Map<String, Object> config) {
            throw new AssertionError("nothing is written");
        }

        @Override
        public Admin admin(Map<String, Object> config) {
            asked.countDown();
            try {
                answered.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new KafkaException("no answer");
        }
    }

    @Test
    void shouldNeverMakeAStreamThreadWaitForLong() throws Exception {
        final Stuck stuck = new Stuck();
        try (CommittedProgress progress =
                new CommittedProgress(stuck, Time.SYSTEM, Map.of(), "usage-summary", TOPICS)) {
            for (int partition = 0; partition < 12; partition++) {
                assertThat(progress.isRead(partition)).isFalse();
            }
            stuck.asked.await();
            assertThat(progress.isRead(0)).isFalse();
            assertThatThrownBy(() -> progress.isFirst(0, 0)).isInstanceOf(TimeoutException.class);
            stuck.answered.countDown();
            await().untilAsserted(() -> assertThatThrownBy(() -> progress.isFirst(0, 0))
                    .isInstanceOf(KafkaException.class)
                    .isNotInstanceOf(TimeoutException.class));
        }
    }
}

package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.standalone.ProcessCluster.Part;
import org.usagestreams.testkit.RandomReports;

/** Threads and instances come and go while objects are uploaded: the rows are those of the bucket, and none waits for long. */
@Tag("long")
class ScaleIT {
    private static final int CLUSTERS = 6;

    /** So many follow a change before it is judged: some five seconds of them. */
    private static final int UPLOADS = 30;

    /** What a stopped or killed instance did is taken over when its session has ended; the rest is for a slow machine. */
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(6 + 20);

    @TempDir
    private static Path directory;

    private static ProcessClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new ProcessClusterFixture(
                directory,
                Map.of("summary.threads", "1", "summary.standby.replicas", "1", "instance.session.ms", "6000"),
                false);
    }

    @AfterAll
    static void end() throws Exception {
        fixture.close();
    }

    /** Uploads all the time, and notes how long each upload takes to be visible. */
    private static final class Load implements AutoCloseable {
        private final Map<String, Instant> open = new ConcurrentHashMap<>();
        private final Thread uploads = new Thread(this::upload, "uploads");
        private final Thread looks = new Thread(this::look, "looks");
        private volatile boolean running = true;
        private volatile Throwable failure;
        private volatile Duration longest = Duration.ZERO;
        private volatile int uploaded;

        Load() {
            uploads.start();
            looks.start();
        }

        private void upload() {
            try {
                for (int i = 0; running; i++) {
                    final String namespace = "u" + i;
                    open.put(namespace, Instant.now());
                    fixture.put(
                            "data/org1234567/OCP/source=00000000-0000-0000-0000-00000000000" + i % CLUSTERS
                                    + "/year=2026/month=11/day=01/openshift_pod_usage_line_items/" + i + ".parquet",
                            RandomReports.pods("2026-11-01", namespace));
                    uploaded = i + 1;
                    LockSupport.parkNanos(Duration.ofMillis(150).toNanos());
                }
            } catch (Exception e) {
                failure = e;
            }
        }

        private void look() {
            try {
                while (running || !open.isEmpty()) {
                    final Instant now = Instant.now();
                    for (final var row : fixture.query("SELECT namespace FROM TABLE WHERE namespace LIKE 'u%'")) {
                        final Instant since = open.remove(row.get(0));
                        if (since != null && Duration.between(since, now).compareTo(longest) > 0) {
                            longest = Duration.between(since, now);
                        }
                    }
                    if (open.values().stream()
                            .anyMatch(since -> since.isBefore(now.minus(ProcessClusterFixture.WITHIN)))) {
                        throw new IllegalStateException("not visible: " + open.keySet());
                    }
                    LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
            } catch (Exception e) {
                failure = e;
            }
        }

        /** Lets uploads go on for a while after something has changed; the longest that one took. */
        void note(String change) throws Exception {
            final int enough = uploaded + UPLOADS;
            ProcessClusterFixture.await("uploads go on", () -> uploaded >= enough || failure != null);
            assertNull(failure);
            final Instant mark = Instant.now();
            ProcessClusterFixture.await("what was uploaded until now is visible", () -> open.values().stream()
                    .noneMatch(since -> since.isBefore(mark)));
            System.out.printf("%s: the longest that an upload took until its row was visible: %s%n", change, longest);
            assertTrue(longest.compareTo(LONGEST_PAUSE) < 0, change + ": " + longest);
            longest = Duration.ZERO;
        }

        @Override
        public void close() {
            running = false;
            try {
                uploads.join();
                looks.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static ProcessClusterFixture.Said threads(String... arguments) {
        final String[] all = new String[arguments.length + 1];
        all[0] = "threads";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return fixture.run(all);
    }

    private static void assertThreads(int count) {
        final ProcessClusterFixture.Said said = threads(Integer.toString(count));
        assertEquals(0, said.code(), said.out());
        assertTrue(said.out().contains(": " + count + " threads"), said.out());
        assertThat(threads().out()).as("what was said is so").startsWith(said.out());
    }

    @Test
    void shouldEndTheTransactionOfAnInstanceThatIsGone() throws Exception {
        final String topic = "usage.chunks";
        final KafkaProducer<byte[], byte[]> another =
                open("usage-summary-next-00000000-0000-0000-0000-000000000000-1", "usage.objects");
        for (final String gone : List.of(
                "usage-splitter:some-host-7-splitter-0", "usage-summary-00000000-0000-0000-0000-000000000000-1")) {
            final KafkaProducer<byte[], byte[]> producer = open(gone, topic);
            try (Admin admin = Admin.create(fixture.cluster.settings().kafkaClient())) {
                assertTrue(committedEnd(admin, topic) < end(admin, topic), "it is open");
                ProcessClusterFixture.await(
                        "the transaction has ended", () -> committedEnd(admin, topic) == end(admin, topic));
            }
            assertThrows(KafkaException.class, producer::commitTransaction);
            producer.close(Duration.ZERO);
        }
        another.abortTransaction();
        another.close();
    }

    /** With a transaction that holds a record. */
    private static KafkaProducer<byte[], byte[]> open(String id, String topic) throws Exception {
        final Map<String, Object> config = fixture.cluster.settings().kafkaClient();
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        final KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, 0, "none of ours".getBytes(StandardCharsets.UTF_8), new byte[1]))
                .get();
        return producer;
    }

    private static long committedEnd(Admin admin, String topic) throws Exception {
        return end(admin, topic, IsolationLevel.READ_COMMITTED);
    }

    private static long end(Admin admin, String topic) throws Exception {
        return end(admin, topic, IsolationLevel.READ_UNCOMMITTED);
    }

    private static long end(Admin admin, String topic, IsolationLevel isolation) throws Exception {
        final TopicPartition partition = new TopicPartition(topic, 0);
        return admin.listOffsets(Map.of(partition, OffsetSpec.latest()), new ListOffsetsOptions(isolation))
                .partitionResult(partition)
                .get()
                .offset();
    }

    @Test
    void shouldKeepUpWhileThreadsAndInstancesComeAndGo() throws Exception {
        final Load load = new Load();
        try (load) {
            load.note("one thread");
            assertThreads(4);
            load.note("1 to 4 threads");
            assertThreads(2);
            load.note("4 to 2 threads");
            for (final Part part : new Part[] {Part.PROCESSOR, Part.SPLITTER}) {
                fixture.cluster.start(part, 1);
                fixture.cluster.start(part, 2);
                load.note("1 to 3 " + part.title() + "s");
                fixture.cluster.requireAlive();
                if (part == Part.PROCESSOR) {
                    final String said = threads().out();
                    assertTrue(said.contains("instance-0 ") && said.contains("instance-2 "), said);
                    assertTrue(said.contains("standby: "), said);
                }
                // The first goes too: the last of them is alone then.
                fixture.cluster.stop(part, 0);
                fixture.cluster.kill(part, 1);
                load.note("3 to 1 " + part.title() + "s, one stopped, one killed");
            }
        }
        assertEquals(null, load.failure);
        assertEquals(
                Integer.toString(load.uploaded),
                fixture.query("SELECT count(*) FROM TABLE WHERE namespace LIKE 'u%'")
                        .get(0)
                        .get(0));
        fixture.validate();

        assertEquals(2, threads("12").code(), "more threads than tasks");
        final ProcessClusterFixture.Said said = threads("12", "--force");
        assertTrue(said.out().contains("There are more threads than tasks. These are idle: StreamThread-"), said.out());
        assertEquals(2, threads("many").code());
        assertEquals(1, threads("0").code());
    }
}

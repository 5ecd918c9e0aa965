package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.standalone.ProcessCluster.Part;
import org.usagestreams.testkit.RandomReports;

/** What an operator has to repair: it is said clearly, nothing is lost, and it goes on by itself once it is repaired. */
class FaultIT {
    @TempDir
    private static Path directory;

    private static ProcessClusterFixture fixture;
    private static boolean mounted;
    private static int uploads;

    @BeforeAll
    static void start() throws Exception {
        // Disks that can be full; only root may mount them.
        mounted = mount(directory.resolve("cluster/state"), 64) && mount(directory.resolve("cluster/broker"), 256);
        fixture = new ProcessClusterFixture(directory, Map.of("instance.session.ms", "6000"), false);
        upload();
        awaitAll();
    }

    @AfterAll
    static void end() throws Exception {
        fixture.close();
        for (final String part : List.of("state", "broker")) {
            // One of them may be, where the other could not.
            shell("umount", "-l", directory.resolve("cluster/" + part).toString());
        }
    }

    private static boolean mount(Path where, int megabytes) throws Exception {
        Files.createDirectories(where);
        return shell("mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", where.toString());
    }

    private static boolean shell(String... command) throws Exception {
        try {
            final Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            // There is no such program here.
            return false;
        }
    }

    private static void upload() throws Exception {
        uploads++;
        fixture.put(
                "data/org1234567/OCP/source=00000000-0000-0000-0000-00000000000" + uploads % 4
                        + "/year=2026/month=11/day=01/openshift_pod_usage_line_items/" + uploads + ".parquet",
                RandomReports.pods("2026-11-01", "u" + uploads));
    }

    private static void awaitAll() throws Exception {
        fixture.awaitLoaded(uploads);
        fixture.validate();
    }

    private static void awaitSaid(String part, String... words) throws Exception {
        final Path log = fixture.cluster.log(part);
        ProcessClusterFixture.await(
                "the " + part + " says " + String.join(", ", words), () -> Files.readAllLines(log).stream()
                        .anyMatch(line -> List.of(words).stream().allMatch(line::contains)));
    }

    private static void setMinIsr(Admin admin, String topic, String value) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(
                                new ConfigEntry("min.insync.replicas", value), AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private static List<TopicPartitionInfo> partitions(Admin admin, String topic) throws Exception {
        return admin.describeTopics(List.of(topic))
                .topicNameValues()
                .get(topic)
                .get()
                .partitions();
    }

    /** Places a topic's partitions on these brokers, and waits until all are in sync. */
    private static void place(Admin admin, String topic, List<Integer> brokers) throws Exception {
        final Map<TopicPartition, Optional<NewPartitionReassignment>> wanted = new HashMap<>();
        for (final TopicPartitionInfo partition : partitions(admin, topic)) {
            wanted.put(
                    new TopicPartition(topic, partition.partition()),
                    Optional.of(new NewPartitionReassignment(brokers)));
        }
        admin.alterPartitionReassignments(wanted).all().get();
        ProcessClusterFixture.await(topic + " is on brokers " + brokers, () -> partitions(admin, topic).stream()
                .allMatch(partition -> partition.isr().size() == brokers.size()
                        && partition.replicas().size() == brokers.size()));
    }

    @Test
    void shouldGoOnWhenThereAreEnoughReplicasAgain() throws Exception {
        final Path second = directory.resolve("second-broker");
        final int port = Ports.free();
        final Map<String, String> writers = Map.of("usage.chunks", "splitter", "usage.daily-summary", "processor");
        try (Admin admin = Admin.create(fixture.cluster.settings().kafkaClient())) {
            Broker broker = Broker.join(directory.resolve("cluster/controller"), second, 2, port, port);
            try {
                for (final Map.Entry<String, String> topic : writers.entrySet()) {
                    place(admin, topic.getKey(), List.of(1, 2));
                    setMinIsr(admin, topic.getKey(), "2");
                    broker.close();
                    upload();
                    awaitSaid(topic.getValue(), "NOT_ENOUGH_REPLICAS", topic.getKey());
                    broker = Broker.join(directory.resolve("cluster/controller"), second, 2, port, port);
                    awaitAll();
                    setMinIsr(admin, topic.getKey(), "1");
                    place(admin, topic.getKey(), List.of(1));
                }
            } finally {
                broker.close();
            }
        }
        fixture.cluster.requireAlive();
    }

    @Test
    void shouldGoOnWhenThePasswordHoldsAgain() throws Exception {
        try (Connection connection = fixture.cluster.postgres();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER ROLE postgres VALID UNTIL '2000-01-01'");
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                    + " AND backend_type = 'client backend'");
            upload();
            try {
                awaitSaid("connect", "password authentication failed for user");
            } finally {
                statement.execute("ALTER ROLE postgres VALID UNTIL 'infinity'");
            }
        }
        awaitAll();
    }

    @Test
    void shouldGoOnWhenTheStateHasRoomAgain() throws Exception {
        Assumptions.assumeTrue(mounted, "SKIPPED: no right to mount a disk that can be full");
        final Path full = fill(directory.resolve("cluster/state"));
        // Too much for what the store has reserved.
        for (int i = 0; i < 20; i++) {
            upload();
        }
        awaitSaid("processor", "No space left on device");
        Files.delete(full);
        ProcessClusterFixture.await("it goes on, or has ended", () -> {
            try {
                fixture.cluster.requireAlive();
            } catch (IllegalStateException e) {
                // Its stream threads kept dying: whoever watches over it starts it anew.
                fixture.cluster.start(Part.PROCESSOR, 0);
            }
            return fixture.query("SELECT 1 FROM TABLE WHERE namespace = 'u" + uploads + "'")
                            .size()
                    == 1;
        });
        awaitAll();
    }

    @Test
    void shouldGoOnWhenTheBrokerHasRoomAgain() throws Exception {
        Assumptions.assumeTrue(mounted, "SKIPPED: no right to mount a disk that can be full");
        final Path full = fill(directory.resolve("cluster/broker"));
        for (int i = 0; i < 20; i++) {
            upload();
        }
        awaitSaid("broker", "No space left on device");
        Files.delete(full);
        fixture.cluster.kill(Part.BROKER, 0);
        fixture.cluster.start(Part.BROKER, 0);
        awaitAll();
    }

    private static Path fill(Path where) throws Exception {
        final Path file = where.resolve("full");
        shell("dd", "if=/dev/zero", "of=" + file, "bs=64k");
        assertTrue(Files.size(file) > 0);
        return file;
    }
}

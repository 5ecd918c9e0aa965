package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.standalone.ProcessCluster.Part;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;

/** Each kind of replay on processes of their own: the table is as it was, and no row is written that did not change. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplayIT {
    private static final int OBJECTS = 12;
    private static final String LONG_NAME = "n".repeat(240);

    @TempDir
    private static Path directory;

    private static ProcessClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new ProcessClusterFixture(directory, Map.of("instance.session.ms", "6000"), false);
        for (int i = 0; i < OBJECTS; i++) {
            fixture.put(key(i), object(i, "a"));
        }
        fixture.awaitLoaded(OBJECTS);
    }

    @AfterAll
    static void end() throws Exception {
        fixture.close();
    }

    /** Three clusters with two days of two objects each. */
    private static String key(int object) {
        return "data/org1234567/OCP/source=00000000-0000-0000-0000-00000000000" + object % 3
                + "/year=2026/month=11/day=0" + (1 + object / 3 % 2) + "/openshift_pod_usage_line_items/" + object / 6
                + ".parquet";
    }

    private static byte[] object(int object, String version) {
        return RandomReports.pods(
                "2026-11-0" + (1 + object / 3 % 2), version + object, "shared", object == 0 ? LONG_NAME : "other");
    }

    private static ProcessClusterFixture.Said replay(String... arguments) {
        final List<String> all = new ArrayList<>(List.of("replay"));
        all.addAll(List.of(arguments));
        final ProcessClusterFixture.Said said = fixture.run(all.toArray(String[]::new));
        return said;
    }

    private static void assertDone(ProcessClusterFixture.Said said) {
        assertEquals(0, said.code(), said.out());
    }

    @Test
    @Order(1)
    void shouldSayWhatItWouldDoAndDoNothing() throws Exception {
        final List<List<String>> before = fixture.rowsAndWriters();
        assertTrue(replay("--from-topic", "--dry-run").out().contains("6 days with"), "days are told");
        assertTrue(replay("--from-bucket", "--dry-run").out().startsWith("12 objects"), "objects are told");
        assertTrue(
                replay("--from-bucket", "--dry-run", "--from", "2026-11-02", "--to", "2026-11-02")
                        .out()
                        .startsWith("6 objects"),
                "dates are heeded");
        assertTrue(
                replay("--days", "--dry-run", "--source", "00000000-0000-0000-0000-000000000001")
                        .out()
                        .startsWith("2 days"),
                "the source is heeded");
        assertEquals(2, replay("--dry-run").code());
        assertEquals(before, fixture.rowsAndWriters());
    }

    @Test
    @Order(2)
    void shouldSummariseDaysAgainAndWriteNothing() throws Exception {
        final List<List<String>> before = fixture.rowsAndWriters();
        assertDone(replay("--days"));
        assertEquals(before, fixture.rowsAndWriters());
    }

    @Test
    @Order(3)
    void shouldRepairATableThatOthersChanged() throws Exception {
        final List<List<String>> before = fixture.query("SELECT * FROM TABLE ORDER BY uuid");
        try (var connection = fixture.cluster.postgres();
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM " + fixture.table() + " WHERE namespace = 'shared'");
            statement.execute("UPDATE " + fixture.table() + " SET pod_usage_cpu_core_hours = 7");
            statement.execute("INSERT INTO " + fixture.table() + " (uuid, source_uuid, usage_start, usage_end)"
                    + " SELECT '00000000-0000-5000-8000-00000000000a', source_uuid, usage_start, usage_end FROM "
                    + fixture.table() + " LIMIT 1");
        }
        assertDone(replay("--days", "--rewrite"));
        assertEquals(before, fixture.query("SELECT * FROM TABLE ORDER BY uuid"));
    }

    @Test
    @Order(4)
    void shouldSplitObjectsAgainAndWriteNothing() throws Exception {
        final List<List<String>> before = fixture.rowsAndWriters();
        assertDone(replay("--from-bucket"));
        assertEquals(before, fixture.rowsAndWriters());
        fixture.awaitLoaded(OBJECTS);
    }

    @Test
    @Order(5)
    void shouldReadTheTopicAnewWithoutTheStore() throws Exception {
        final List<List<String>> before = fixture.rowsAndWriters();
        assertEquals(1, replay("--from-topic").code(), "processors run");
        fixture.cluster.stop(Part.STORE);
        fixture.cluster.stop(Part.PROCESSOR);
        final CompletableFuture<ProcessClusterFixture.Said> said =
                CompletableFuture.supplyAsync(() -> replay("--from-topic"));
        awaitSetBack();
        fixture.cluster.start(Part.PROCESSOR, 0);
        assertDone(said.get(2, TimeUnit.MINUTES));
        assertEquals(before, fixture.rowsAndWriters());
        fixture.cluster.start(Part.STORE, 0);

        // State follows the topic from there on as it did before.
        fixture.put(key(1), object(1, "b"));
        ProcessClusterFixture.await(
                "the new version is there", () -> !fixture.query("SELECT 1 FROM TABLE WHERE namespace = 'b1'")
                        .isEmpty());
        fixture.validate();
    }

    private static int largestRow() {
        final int[] largest = new int[1];
        try (TopicReader reader =
                new TopicReader(KafkaClients.real(), fixture.cluster.settings().kafkaClient())) {
            reader.readAll("usage.daily-summary", record -> {
                largest[0] = Math.max(largest[0], record.serializedValueSize());
            });
        }
        return largest[0];
    }

    private static void awaitSetBack() throws Exception {
        try (var admin = Admin.create(fixture.cluster.settings().kafkaClient())) {
            ProcessClusterFixture.await(
                    "the group is set back",
                    () ->
                            admin
                                    .listConsumerGroupOffsets("usage-summary")
                                    .partitionsToOffsetAndMetadata()
                                    .get()
                                    .entrySet()
                                    .stream()
                                    .filter(offset -> offset.getKey().topic().equals("usage.chunks"))
                                    .allMatch(offset -> offset.getValue().offset() == 0));
        }
    }

    @Test
    @Order(6)
    void shouldFindThatTheSameVersionChangesNothing() {
        final ProcessClusterFixture.Said said = replay("--new-version", "same");
        assertDone(said);
        assertTrue(said.out().contains("0 would change, 0 would be added, 0 would be deleted"), said.out());
        final ProcessClusterFixture.Said gone = replay("--forget", "same");
        assertDone(gone);
        assertTrue(gone.out().contains("usage.daily-summary.same"), gone.out());
        assertEquals(1, replay("--forget", "usage-summary").code());
    }

    @Test
    @Order(7)
    void shouldLetANewVersionTakeOver() throws Exception {
        final String longRows = "SELECT * FROM TABLE WHERE length(namespace) = 240";
        assertEquals(1, fixture.query(longRows).size());
        final List<List<String>> others =
                fixture.query("SELECT t.*, t.xmin FROM TABLE t WHERE length(namespace) < 240 ORDER BY uuid");
        // What it does differently: it sets large rows aside.
        final int largest = largestRow();
        final String bound = "summary.row.bytes=" + (largest - 1);
        final ProcessClusterFixture.Said said = replay("--new-version", "next", "-s", bound);
        assertEquals(3, said.code(), said.out());
        assertTrue(said.out().contains("0 would change, 0 would be added, 1 would be deleted"), said.out());
        assertEquals(1, fixture.query(longRows).size(), "it is only compared");

        assertEquals(
                1, replay("--new-version", "next", "--promote", "-s", bound).code(), "the other is running");
        fixture.cluster.stop(Part.PROCESSOR);
        assertDone(replay("--new-version", "next", "--promote", "-s", bound));
        assertEquals(0, fixture.query(longRows).size());
        fixture.cluster.startService(
                Part.PROCESSOR,
                Map.of("summary.application.id", "next", "summary.row.bytes", Integer.toString(largest - 1)));
        fixture.set("summary.application.id", "next");
        // Its last member is remembered for a session.
        assertDone(replay("--forget", "usage-summary"));
        assertEquals(
                others,
                fixture.query("SELECT t.*, t.xmin FROM TABLE t WHERE length(namespace) < 240 ORDER BY uuid"),
                "rows that are the same are not written again");

        // It knows which objects there are, and what they hold: one goes, one is replaced.
        fixture.remove(key(2));
        fixture.put(key(3), object(3, "c"));
        ProcessClusterFixture.await(
                "the new version is there, and the removed object is not",
                () -> !fixture.query("SELECT 1 FROM TABLE WHERE namespace = 'c3'")
                                .isEmpty()
                        && fixture.query("SELECT 1 FROM TABLE WHERE namespace IN ('a2', 'a3')")
                                .isEmpty());
        ProcessClusterFixture.await("the ledger goes on", () -> fixture.query(
                        "SELECT count(*) FROM usage.upload_ledger WHERE state =" + " 'LOADED'")
                .get(0)
                .get(0)
                .equals(Integer.toString(OBJECTS - 1)));
    }

    @Test
    @Order(8)
    void shouldGrowPartitions() throws Exception {
        assertEquals(2, fixture.run("topics", "grow", "4").code(), "there are as many");
        assertEquals(1, fixture.run("topics", "grow", "7").code(), "services run");
        final List<List<String>> before = fixture.rowsAndWriters();
        for (final Part part : List.of(Part.SPLITTER, Part.PROCESSOR, Part.CONNECT)) {
            fixture.cluster.stop(part);
        }
        final ProcessClusterFixture.Said said = fixture.run("topics", "grow", "7");
        assertDone(said);
        assertTrue(
                said.out().contains(" records of usage.chunks to ")
                        && !said.out().contains("Moved 0 records of usage.chunks "),
                said.out());
        final ProcessClusterFixture.Said again = fixture.run("topics", "grow", "7");
        assertDone(again);
        assertTrue(again.out().contains("Moved 0 records of usage.chunks "), again.out());
        final Map<String, String> grown = Map.of("topics.partitions", "7", "summary.application.id", "next");
        fixture.set("topics.partitions", "7");
        fixture.cluster.startService(Part.SPLITTER, grown);
        fixture.cluster.startService(Part.PROCESSOR, grown);
        fixture.cluster.start(Part.CONNECT, 0);

        for (int i = 4; i < OBJECTS; i++) {
            fixture.put(key(i), object(i, i % 2 == 0 ? "a" : "d"));
        }
        ProcessClusterFixture.await(
                "new versions are there, and those before are not",
                () -> fixture.query("SELECT 1 FROM TABLE WHERE namespace LIKE 'd%'")
                                .size()
                        == 4);
        fixture.remove(key(4));
        ProcessClusterFixture.await(
                "the removed object is not", () -> fixture.query("SELECT 1 FROM TABLE WHERE namespace = 'a4'")
                        .isEmpty());
        fixture.awaitLoaded(OBJECTS - 2);
        fixture.validate();
        final List<List<String>> after = fixture.rowsAndWriters();
        assertTrue(
                after.stream().filter(before::contains).count() > 5, "rows that are the same were not written again");
    }
}

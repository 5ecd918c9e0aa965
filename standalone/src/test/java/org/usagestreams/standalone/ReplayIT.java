package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.testkit.DayStates;
import org.usagestreams.testkit.DayWatch;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicReader;

/**
 * Each kind of replay: the table is as it was, no row is written that did not change, and a reader that looks at whole days all the
 * time sees each as it was before or as it is afterwards.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ReplayIT {
    private static final int OBJECTS = 12;
    private static final String LONG_NAME = "n".repeat(240);

    @TempDir
    private static Path directory;

    private static final Map<String, String> CHANGED = new TreeMap<>();

    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(Map.of("instance.session.ms", "6000"), directory);
        for (int i = 0; i < OBJECTS; i++) {
            fixture.put(key(i), object(i, "a"));
        }
        fixture.awaitLoaded(OBJECTS);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private static EmbeddedServices services() {
        return fixture.cluster.services();
    }

    private static List<List<String>> query(String sql) {
        return fixture.query(sql.replace("TABLE", fixture.cluster.table()));
    }

    /** All rows, and the transaction that wrote each. */
    private static List<List<String>> rowsAndWriters() {
        return query("SELECT t.*, t.xmin FROM TABLE t ORDER BY uuid");
    }

    private static EmbeddedClusterFixture.Said run(String... arguments) {
        final List<String> all = new ArrayList<>(List.of(arguments));
        CHANGED.forEach((name, value) -> all.addAll(List.of("-s", name + "=" + value)));
        return fixture.said(all.toArray(String[]::new));
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

    private static EmbeddedClusterFixture.Said replay(String... arguments) {
        final List<String> all = new ArrayList<>(List.of("replay"));
        all.addAll(List.of(arguments));
        return run(all.toArray(String[]::new));
    }

    private static void assertDone(EmbeddedClusterFixture.Said said) {
        assertEquals(0, said.code(), said.out());
    }

    private interface Work {
        void run() throws Exception;
    }

    /** What a reader of whole days sees during a replay. */
    private static DayStates untorn(Work replay) throws Exception {
        final DayWatch watch = DayWatch.start(
                fixture.cluster.postgres()::connect,
                fixture.cluster.table(),
                fixture.cluster.settings().text("postgres.status.schema") + ".summary_status");
        final DayStates seen;
        try {
            replay.run();
        } finally {
            seen = watch.stop();
        }
        assertEquals(List.of(), seen.torn());
        assertEquals(List.of(), seen.stepsBack());
        assertTrue(seen.looks() > 10, "looks");
        return seen;
    }

    @Test
    @Order(1)
    void shouldSayWhatItWouldDoAndDoNothing() throws Exception {
        final List<List<String>> before = rowsAndWriters();
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
        assertEquals(before, rowsAndWriters());
    }

    @Test
    @Order(2)
    void shouldSummariseDaysAgainAndWriteNothing() throws Exception {
        final List<List<String>> before = rowsAndWriters();
        untorn(() -> assertDone(replay("--days")));
        assertEquals(before, rowsAndWriters());
    }

    @Test
    @Order(3)
    void shouldRepairATableThatOthersChanged() throws Exception {
        final List<List<String>> before = query("SELECT * FROM TABLE ORDER BY uuid");
        try (var connection = fixture.cluster.postgres().connect();
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM " + fixture.cluster.table() + " WHERE namespace = 'shared'");
            statement.execute("UPDATE " + fixture.cluster.table() + " SET pod_usage_cpu_core_hours = 7");
            statement.execute("INSERT INTO " + fixture.cluster.table() + " (uuid, source_uuid, usage_start, usage_end)"
                    + " SELECT '00000000-0000-5000-8000-00000000000a', source_uuid, usage_start, usage_end FROM "
                    + fixture.cluster.table() + " LIMIT 1");
        }
        final DayStates seen = untorn(() -> assertDone(replay("--days", "--rewrite")));
        assertEquals(6, seen.changed().size(), "days that were repaired");
        assertEquals(before, query("SELECT * FROM TABLE ORDER BY uuid"));
    }

    @Test
    @Order(4)
    void shouldSplitObjectsAgainAndWriteNothing() throws Exception {
        final List<List<String>> before = rowsAndWriters();
        untorn(() -> assertDone(replay("--from-bucket")));
        assertEquals(before, rowsAndWriters());
        fixture.awaitLoaded(OBJECTS);
    }

    @Test
    @Order(5)
    void shouldReadTheTopicAnewWithoutTheStore() throws Exception {
        final List<List<String>> before = rowsAndWriters();
        assertEquals(1, replay("--from-topic").code(), "processors run");
        fixture.cluster.stopStore();
        services().stopProcessor();
        untorn(() -> {
            final CompletableFuture<EmbeddedClusterFixture.Said> said =
                    CompletableFuture.supplyAsync(() -> replay("--from-topic"));
            awaitSetBack();
            services().startProcessor(fixture.cluster.settings());
            assertDone(said.get(2, TimeUnit.MINUTES));
        });
        assertEquals(before, rowsAndWriters());
        fixture.cluster.startStore(URI.create(fixture.cluster.endpoint()).getPort());

        // State follows the topic from there on as it did before.
        fixture.put(key(1), object(1, "b"));
        eventually("the new version is there", () -> !query("SELECT 1 FROM TABLE WHERE namespace = 'b1'")
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
            Awaitility.await("the group is set back")
                    .atMost(EmbeddedClusterFixture.WITHIN)
                    .until(
                            () -> admin
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
    void shouldFindThatTheSameVersionChangesNothing() throws Exception {
        final List<EmbeddedClusterFixture.Said> said = new ArrayList<>();
        final DayStates seen = untorn(() -> said.add(replay("--new-version", "same")));
        assertEquals(Set.of(), seen.changed(), "a comparison changes nothing");
        assertDone(said.get(0));
        assertTrue(
                said.get(0).out().contains("0 would change, 0 would be added, 0 would be deleted"),
                said.get(0).out());
        final EmbeddedClusterFixture.Said gone = replay("--forget", "same");
        assertDone(gone);
        assertTrue(gone.out().contains("usage.daily-summary.same"), gone.out());
        assertEquals(1, replay("--forget", "usage-summary").code());
    }

    @Test
    @Order(7)
    void shouldLetANewVersionTakeOver() throws Exception {
        final String longRows = "SELECT * FROM TABLE WHERE length(namespace) = 240";
        assertEquals(1, query(longRows).size());
        final List<List<String>> others =
                query("SELECT t.*, t.xmin FROM TABLE t WHERE length(namespace) < 240 ORDER BY uuid");
        // What it does differently: it sets large rows aside.
        final int largest = largestRow();
        final String bound = "summary.row.bytes=" + (largest - 1);
        final List<EmbeddedClusterFixture.Said> compared = new ArrayList<>();
        final DayStates seen = untorn(() -> compared.add(replay("--new-version", "next", "-s", bound)));
        assertEquals(Set.of(), seen.changed(), "a comparison changes nothing");
        final EmbeddedClusterFixture.Said said = compared.get(0);
        assertEquals(3, said.code(), said.out());
        assertTrue(said.out().contains("0 would change, 0 would be added, 1 would be deleted"), said.out());
        assertEquals(1, query(longRows).size(), "it is only compared");

        services().stopProcessor();
        untorn(() -> assertDone(replay("--new-version", "next", "--promote", "-s", bound)));
        assertEquals(0, query(longRows).size());
        services()
                .startProcessor(fixture.cluster
                        .settings()
                        .with(Map.of(
                                "summary.application.id", "next", "summary.row.bytes", Integer.toString(largest - 1))));
        CHANGED.put("summary.application.id", "next");
        // Its last member is remembered for a session.
        untorn(() -> assertDone(replay("--forget", "usage-summary")));
        assertEquals(
                others,
                query("SELECT t.*, t.xmin FROM TABLE t WHERE length(namespace) < 240 ORDER BY uuid"),
                "rows that are the same are not written again");

        // It knows which objects there are, and what they hold: one goes, one is replaced.
        fixture.remove(key(2));
        fixture.put(key(3), object(3, "c"));
        eventually(
                "the new version is there, and the removed object is not",
                () -> !query("SELECT 1 FROM TABLE WHERE namespace = 'c3'").isEmpty()
                        && query("SELECT 1 FROM TABLE WHERE namespace IN ('a2', 'a3')")
                                .isEmpty());
        eventually("the ledger goes on", () -> query(
                        "SELECT count(*) FROM usage.upload_ledger WHERE state =" + " 'LOADED'")
                .get(0)
                .get(0)
                .equals(Integer.toString(OBJECTS - 1)));
    }

    @Test
    @Order(8)
    void shouldGrowPartitions() throws Exception {
        assertEquals(2, run("topics", "grow", "4").code(), "there are as many");
        final List<List<String>> before = rowsAndWriters();
        final DayStates seen = untorn(this::growAndGoOn);
        assertEquals(Set.of(), seen.changed(), "an expansion changes nothing");

        for (int i = 4; i < OBJECTS; i++) {
            fixture.put(key(i), object(i, i % 2 == 0 ? "a" : "d"));
        }
        eventually(
                "new versions are there, and those before are not",
                () -> query("SELECT 1 FROM TABLE WHERE namespace LIKE 'd%'").size() == 4);
        fixture.remove(key(4));
        eventually("the removed object is not", () -> query("SELECT 1 FROM TABLE WHERE namespace = 'a4'")
                .isEmpty());
        fixture.awaitLoaded(OBJECTS - 2);
        fixture.validate();
        final List<List<String>> after = rowsAndWriters();
        assertTrue(
                after.stream().filter(before::contains).count() > 5, "rows that are the same were not written again");
    }

    /** Until the sink has read all partitions, the new ones from their beginning. */
    private void growAndGoOn() throws Exception {
        services().close();
        fixture.cluster.stopConnect();
        final EmbeddedClusterFixture.Said said = run("topics", "grow", "7");
        assertDone(said);
        assertTrue(
                said.out().contains(" records of usage.chunks to ")
                        && !said.out().contains("Moved 0 records of usage.chunks "),
                said.out());
        final EmbeddedClusterFixture.Said again = run("topics", "grow", "7");
        assertDone(again);
        assertTrue(again.out().contains("Moved 0 records of usage.chunks "), again.out());
        final Map<String, String> grown = Map.of("topics.partitions", "7", "summary.application.id", "next");
        CHANGED.put("topics.partitions", "7");
        services().start(fixture.cluster.settings().with(grown));
        fixture.cluster.startConnect();
        eventually(
                "all partitions are read",
                () -> query("SELECT FROM usage.sink_position WHERE topic_id IS NOT NULL")
                                .size()
                        == 7);
    }
}

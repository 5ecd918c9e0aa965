package org.usagestreams.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.usagestreams.standalone.EmbeddedClusterFixture.eventually;
import static org.usagestreams.standalone.EmbeddedClusterFixture.key;
import static org.usagestreams.testkit.RandomReports.pods;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.operations.deadletter.DeadLetterTopic;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.topics.TopicRole;
import org.usagestreams.wire.deadletter.DeadLetter;
import org.usagestreams.wire.ledger.UploadState;

/** Every upload is accounted for, truthfully, on real parts. */
@Tag("containers")
class LedgerIT {
    @TempDir
    private static Path directory;

    private static EmbeddedClusterFixture fixture;

    @BeforeAll
    static void start() throws Exception {
        fixture = new EmbeddedClusterFixture(
                Map.of("reconcile.interval.ms", "0", "reconcile.grace.ms", "0", "objects.exclude", "data/left-out/"),
                directory);
    }

    @AfterAll
    static void end() throws Exception {
        if (fixture != null) {
            fixture.close();
        }
    }

    private static String source(int number) {
        return String.format("00000000-0000-4000-8000-1%011x", number);
    }

    private static Map<String, DeadLetter> deadLetters(String object) {
        try (DeadLetterTopic topic = new DeadLetterTopic(
                KafkaClients.real(),
                fixture.cluster.settings().kafkaClient(),
                fixture.cluster.settings().topics().name(TopicRole.DEAD_LETTERS))) {
            return topic.open(deadLetter -> deadLetter.subject().contains(object), 1000);
        }
    }

    @Test
    void shouldNotSayLoadedBeforeTheRowsAreInTheTable() throws Exception {
        final String source = source(1);
        final String key = key(source, "a.parquet");
        final String sink = fixture.cluster.sinks().get(0).name();
        fixture.drained();
        fixture.cluster.connect().pause(sink, true);
        try {
            eventually("paused", () -> fixture.cluster.connect().isPaused(sink));
            fixture.put(key, pods("2025-11-03", "shop", "mail"));
            eventually("counted", () -> fixture.states(key).equals(List.of(UploadState.COUNTED)));
            Awaitility.await()
                    .pollInSameThread()
                    .during(Duration.ofSeconds(3))
                    .untilAsserted(() -> assertHeldBack(key, source));
            assertEquals(4, fixture.run("wait", key, "--timeout", "300ms"), "the time was up");
        } finally {
            fixture.cluster.connect().pause(sink, false);
        }
        eventually("loaded", () -> {
            final boolean loaded = fixture.states(key).equals(List.of(UploadState.LOADED));
            // Read after the state: where it says LOADED, the rows have to be there.
            final long rows = fixture.rows(source);
            assertTrue(!loaded || rows == 3, rows + " rows, and LOADED");
            return loaded;
        });
        assertEquals(0, fixture.run("wait", key, "--timeout", "10s"));
    }

    private static void assertHeldBack(String key, String source) {
        assertEquals(List.of(UploadState.COUNTED), fixture.states(key), "its rows are held back");
        assertEquals(0, fixture.rows(source));
    }

    @Test
    void shouldNotSayLoadedWhileTheSinkCannotWrite() throws Exception {
        final String source = source(9);
        final String key = key(source, "a.parquet");
        fixture.drained();
        try (Connection connection = fixture.cluster.postgres().connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            // Readers go on, the sink stands in the middle of its statement.
            statement.execute("LOCK TABLE " + fixture.cluster.table() + " IN SHARE MODE");
            fixture.put(key, pods("2025-11-03", "shop"));
            eventually("counted", () -> fixture.states(key).equals(List.of(UploadState.COUNTED)));
            Awaitility.await()
                    .pollInSameThread()
                    .during(Duration.ofSeconds(2))
                    .untilAsserted(() -> assertHeldBack(key, source));
            connection.rollback();
        }
        eventually("loaded", () -> {
            final boolean loaded = fixture.states(key).equals(List.of(UploadState.LOADED));
            assertTrue(fixture.rows(source) == 2 || !loaded, "LOADED, and the rows are not there");
            return loaded;
        });
    }

    @Test
    void shouldNotBeDelayedByLaterWorkOnTheSameDay() throws Exception {
        final String source = source(2);
        final String first = key(source, "first.parquet");
        fixture.put(first, pods("2025-11-03", "shop"));
        int later = 0;
        while (!fixture.states(first).equals(List.of(UploadState.LOADED))) {
            assertTrue(later < 600, "LOADED though uploads go on");
            fixture.put(key(source, "later-" + later++ + ".parquet"), pods("2025-11-03", "shop-" + later));
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        assertTrue(later > 3, "there was later work: " + later);
    }

    @Test
    void shouldTellWhatBecameOfEachVersion() throws Exception {
        final String source = source(3);
        final String key = key(source, "a.parquet");
        fixture.put(key, pods("2025-11-03", "shop", "mail"));
        assertEquals(0, fixture.run("wait", fixture.cluster.bucket() + "/" + key));
        fixture.put(key, pods("2025-11-03", "shop"));
        assertEquals(0, fixture.run("wait", source));
        assertEquals(List.of(UploadState.SUPERSEDED, UploadState.LOADED), fixture.states(key));
        final List<String> entry = fixture.query("SELECT rows_read, row_groups, rows_dropped, unreadable_labels,"
                        + " usage_dates, report_type, source_uuid, size_bytes > 0,"
                        + " uploaded_at <= notified_at AND notified_at <= split_at AND split_at <= counted_at AND"
                        + " counted_at <= loaded_at FROM usage.upload_ledger WHERE state = 'LOADED' AND object_key = '"
                        + key + "'")
                .get(0);
        assertEquals(List.of("1", "1", "{}", "0", "[\"2025-11-03\"]", "POD_USAGE", source, "t", "t"), entry);
        assertEquals(
                List.of(List.of("2", "1", "1", "0")),
                fixture.query("SELECT row_count, live_objects, pod_usage_complete_hours, storage_usage_complete_hours"
                        + " FROM usage.summary_status WHERE source_uuid = '" + source + "'"));
        // A newer object with the same line item: nothing of the older one counts.
        fixture.put(key(source, "b.parquet"), pods("2025-11-03", "shop"));
        eventually("superseded", () -> fixture.states(key)
                .equals(List.of(UploadState.SUPERSEDED, UploadState.SUPERSEDED)));
        fixture.remove(key(source, "b.parquet"));
        eventually(
                "counts again", () -> fixture.states(key).equals(List.of(UploadState.SUPERSEDED, UploadState.LOADED)));
        fixture.remove(key);
        eventually("removed", () -> fixture.states(key).equals(List.of(UploadState.SUPERSEDED, UploadState.REMOVED)));
        eventually("gone", () -> fixture.rows(source) == 0);
        assertEquals(0, fixture.run("status", "--source", source));
        assertEquals(0, fixture.run("status", "--days", "--json"));
    }

    @Test
    void shouldTellWhatIsIgnored() throws Exception {
        fixture.put("elsewhere/x.txt", new byte[3]);
        fixture.put("data/left-out/source=" + source(4) + "/pod_usage/a.parquet", pods("2025-11-03", "shop"));
        fixture.drained();
        assertEquals(List.of(UploadState.IGNORED), fixture.states("elsewhere/x.txt"));
        assertEquals(
                List.of(UploadState.IGNORED),
                fixture.states("data/left-out/source=" + source(4) + "/pod_usage/a.parquet"));
        assertEquals(3, fixture.run("wait", "elsewhere/x.txt"), "it will never be in");
        assertEquals(0, fixture.rows(source(4)));
    }

    @Test
    void shouldClearAFailureWhenTheFileIsRepaired() throws Exception {
        final String key = key(source(5), "a.parquet");
        fixture.put(key, new byte[100]);
        assertEquals(3, fixture.run("wait", key));
        assertEquals(List.of(UploadState.FAILED), fixture.states(key));
        assertEquals(
                deadLetters(key).keySet().iterator().next(),
                fixture.entries(key).get(0).deadLetter());
        assertEquals(1, fixture.run("status", "--failed", "--object", key));
        fixture.put(key, pods("2025-11-03", "shop"));
        assertEquals(0, fixture.run("wait", key));
        assertEquals(List.of(UploadState.SUPERSEDED, UploadState.LOADED), fixture.states(key));
        assertEquals(Map.of(), deadLetters(key));
        assertEquals(0, fixture.run("status", "--failed", "--object", key));
    }

    @Test
    void shouldRetryAndDiscardDeadLetters() throws Exception {
        final String key = key(source(6), "a.parquet");
        fixture.put(key, new byte[100]);
        fixture.cluster.deliver(new BucketNotifications.Notification("x", "{\"Records\": 6}".getBytes(UTF_8)));
        fixture.drained();
        final String deadLetter = deadLetters(key).keySet().iterator().next();
        assertEquals(0, fixture.run("deadletters", "show", deadLetter));
        assertEquals(0, fixture.run("deadletters", "retry", deadLetter));
        fixture.drained();
        assertEquals(1, deadLetters(key).size(), "it failed again");
        assertNotEquals(deadLetter, deadLetters(key).keySet().iterator().next());
        assertEquals(List.of(UploadState.FAILED), fixture.states(key));

        final String malformed = "usage.notifications-";
        assertEquals(1, deadLetters(malformed).size());
        final String before = deadLetters(malformed).keySet().iterator().next();
        assertEquals(0, fixture.run("deadletters", "retry", "--step", "NOTIFICATION"));
        fixture.drained();
        assertEquals(1, deadLetters(malformed).size());
        assertNotEquals(before, deadLetters(malformed).keySet().iterator().next());

        assertEquals(1, fixture.run("deadletters", "list", "--object", key));
        assertEquals(1, fixture.run("deadletters", "list", "--object", key, "--json"));
        assertEquals(1, fixture.run("deadletters", "list", "--object", key, "--reason", "Parquet", "--since", "1h"));
        assertEquals(0, fixture.run("deadletters", "list", "--object", key, "--reason", "no such reason"));
        assertEquals(0, fixture.run("deadletters", "list", "--object", key, "--since", "0s"));
        assertEquals(0, fixture.run("deadletters", "list", "--object", key, "--step", "PUBLISH"));
        assertTrue(fixture.said("status", "--object", key).out().contains("dead letter "));
        assertEquals(0, fixture.run("deadletters", "discard", "--object", key));
        assertEquals(0, fixture.run("deadletters", "discard", "--step", "NOTIFICATION"));
        fixture.drained();
        eventually(
                "nothing cites it",
                () -> !fixture.said("status", "--object", key).out().contains("dead letter "));
        assertEquals(List.of(UploadState.FAILED), fixture.states(key));
        assertEquals(0, fixture.run("deadletters", "list", "--object", key));
        assertEquals(2, fixture.run("deadletters", "discard"), "which?");
    }

    @Test
    void shouldRetryAnInputThatItsLetterHasOnlyTheStartOf() throws Exception {
        final byte[] malformed = ("{\"large\": \"" + "x".repeat(3 * DeadLetter.PAYLOAD_BYTES)).getBytes(UTF_8);
        fixture.cluster.deliver(new BucketNotifications.Notification("x", malformed));
        fixture.drained();
        final String id = largeLetter();
        assertEquals(0, fixture.run("deadletters", "retry", id));
        fixture.drained();
        final String again = largeLetter();
        assertNotEquals(id, again);
        try (DeadLetterTopic topic = new DeadLetterTopic(
                KafkaClients.real(),
                fixture.cluster.settings().kafkaClient(),
                fixture.cluster.settings().topics().name(TopicRole.DEAD_LETTERS))) {
            final DeadLetter deadLetter = deadLetters("usage.notifications-").get(again);
            assertArrayEquals(malformed, topic.input(deadLetter).orElseThrow(), "all of it came again");
        }
        assertEquals(0, fixture.run("deadletters", "discard", again));
    }

    private static String largeLetter() {
        return deadLetters("usage.notifications-").entrySet().stream()
                .filter(deadLetter -> deadLetter.getValue().payload().length() > DeadLetter.PAYLOAD_BYTES)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void shouldWaitForAnUpload() throws Exception {
        final Path good = Files.write(directory.resolve("good.parquet"), pods("2025-11-03", "shop"));
        final Path bad = Files.write(directory.resolve("bad.parquet"), new byte[50]);
        assertEquals(0, fixture.run("upload", good.toString(), "--source", source(7), "--wait"));
        assertEquals(2, fixture.rows(source(7)));
        assertEquals(3, fixture.run("upload", bad.toString(), "--source", source(7), "--type", "POD_USAGE", "--wait"));
        assertEquals(1, fixture.run("wait", "no/such/object"));
        assertEquals(2, fixture.run("wait", "x", "--timeout", "soon"));
    }

    @Test
    void shouldNotifyOfWhatTheBucketDidNot() throws Exception {
        final String source = source(8);
        final String kept = key(source, "kept.parquet");
        final String lost = key(source, "lost.parquet");
        fixture.put(kept, pods("2025-11-03", "kept"));
        fixture.drained();
        final List<BucketNotifications.Notification> dropped = new ArrayList<>();
        fixture.cluster.listen(dropped::add);
        fixture.put(lost, pods("2025-11-03", "lost"));
        fixture.remove(kept);
        fixture.cluster.listen(fixture.cluster::deliver);
        assertEquals(2, dropped.size());
        fixture.drained();
        assertEquals(List.of("Worker unallocated", "kept"), namespaces(source));
        assertEquals(0, fixture.run("reconcile", "--dry-run"));
        assertEquals(List.of(), fixture.states(lost));
        assertEquals(0, fixture.run("reconcile", "--prefix", "data/org1234567/OCP/source=" + source));
        eventually("loaded", () -> fixture.states(lost).equals(List.of(UploadState.LOADED)));
        fixture.drained();
        assertEquals(List.of("Worker unallocated", "lost"), namespaces(source));
        assertEquals(List.of(UploadState.REMOVED), fixture.states(kept));
        final long marked = fixture.cluster.splitter().counts().eventsMarked.sum();
        assertEquals(0, fixture.run("reconcile"));
        fixture.drained();
        assertEquals(marked, fixture.cluster.splitter().counts().eventsMarked.sum(), "nothing is left that was missed");
    }

    private static List<String> namespaces(String source) {
        return fixture
                .query("SELECT namespace FROM " + fixture.cluster.table() + " WHERE source_uuid = '" + source + "'")
                .stream()
                .map(row -> row.get(0))
                .sorted()
                .toList();
    }

    @Test
    void shouldKeepTablesAndSchemasInStep() {
        for (final SinkDefinition sink : fixture.cluster.sinks().subList(1, 2)) {
            final Map<String, String> config = sink.config();
            final String schemas =
                    config.get("key.converter.schema.content") + config.get("value.converter.schema.content");
            final String table = config.get("collection.name.format");
            final TreeSet<String> columns = new TreeSet<>();
            fixture.query(
                            "SELECT column_name FROM information_schema.columns WHERE table_schema || '.' || table_name = '"
                                    + table + "'")
                    .forEach(row -> columns.add(row.get(0)));
            assertNotNull(columns.first());
            final TreeSet<String> fields = new TreeSet<>();
            final Matcher field = Pattern.compile("\"field\":\"([^\"]+)\"").matcher(schemas);
            while (field.find()) {
                fields.add(field.group(1));
            }
            assertEquals(columns, fields, table);
        }
    }
}

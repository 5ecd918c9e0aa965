package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import java.io.ByteArrayInputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.common.utils.Time;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.reconciler.Reconciler;
import org.usagestreams.reconciler.Reconciliation;
import org.usagestreams.reconciler.RemovalLimit;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.PublishedRow;
import org.usagestreams.testkit.RandomReports;
import org.usagestreams.testkit.Rows;
import org.usagestreams.topics.KafkaClients;
import org.usagestreams.wire.chunk.ReportType;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.message.ObjectVersion;
import org.usagestreams.wire.notification.BucketEvent;

/**
 * Random histories of a bucket whose notifications are lost, repeated and reordered, while services are restarted: after a
 * reconcile the table has the rows of what is in the bucket, and the ledger each object's true final state. More of them
 * with {@code -Dusage.lost.histories=500}.
 */
@Tag("containers")
class LostNotificationsIT {
    private static final int HISTORIES = Integer.getInteger("usage.lost.histories", 10);
    private static final int TOGETHER = 10;
    private static final Duration WITHIN = Duration.ofMinutes(2);

    private static EmbeddedCluster cluster;
    private static DrainCheck drain;

    /** What one history has in the bucket, and all keys that it ever used. */
    private static final class History {
        private final int batch;
        private final int number;
        private final Map<String, byte[]> live = new TreeMap<>();
        private final Map<String, Map<String, String>> metadata = new HashMap<>();
        private final Set<String> keys = new TreeSet<>();

        History(int batch, int number) {
            this.batch = batch;
            this.number = number;
        }

        String source() {
            return String.format("00000000-0000-4000-8000-%012x", number);
        }

        String prefix() {
            return "data/batch-" + batch + "/history-" + number + "/";
        }
    }

    @BeforeAll
    static void start() throws Exception {
        final Map<String, String> settings = Map.of(
                "reconcile.grace.ms", "0",
                "reconcile.interval.ms", "0",
                "reconcile.page", "7",
                "splitter.retry.longest.ms", "500");
        cluster = EmbeddedCluster.start(TestParts.options(settings, (String) null), step -> {});
        drain = new DrainCheck(cluster);
    }

    @AfterAll
    static void end() {
        if (drain != null) {
            drain.close();
            cluster.close();
        }
    }

    static IntStream batches() {
        return IntStream.range(0, (HISTORIES + TOGETHER - 1) / TOGETHER);
    }

    @ParameterizedTest
    @MethodSource("batches")
    void shouldEndInTheExpectedRowsAndStates(int batch) throws Exception {
        final Random random = new Random(batch);
        final List<BucketNotifications.Notification> late = new ArrayList<>();
        cluster.listen(notification -> hear(notification, random, late));
        final List<History> histories = IntStream.range(0, Math.min(TOGETHER, HISTORIES - batch * TOGETHER))
                .mapToObj(i -> new History(batch, batch * TOGETHER + i))
                .toList();
        final int steps = histories.size() * (5 + random.nextInt(15));
        final int restart = random.nextInt(steps);
        for (int i = 0; i < steps; i++) {
            step(histories.get(random.nextInt(histories.size())), random);
            if (random.nextInt(4) == 0 && !late.isEmpty()) {
                cluster.deliver(late.remove(random.nextInt(late.size())));
            }
            if (i == restart) {
                cluster.stopServices();
                cluster.startServices();
            }
        }
        while (!late.isEmpty()) {
            cluster.deliver(late.remove(random.nextInt(late.size())));
        }
        drained();
        final Reconciliation reconciliation = new Reconciliation(
                cluster.settings(), KafkaClients.real(), Time.SYSTEM, "data/batch-" + batch + "/", RemovalLimit.NONE);
        final Reconciler.Result found = reconciliation.run(count -> {});
        assertNull(found.late());
        drained();
        final List<String> missed = new ArrayList<>();
        reconciliation.dryRun(count -> {}, event -> missed.add(event + " " + entries(event)));
        assertEquals(List.of(), missed, "nothing is left that was missed");
        for (final History history : histories) {
            check(history);
        }
    }

    private static List<LedgerRow> entries(BucketEvent event) {
        try (Connection connection = cluster.postgres().connect()) {
            return new LedgerTable(connection, cluster.settings().text("postgres.status.schema"))
                    .versions(event.bucket(), List.of(event.key()));
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private static void drained() {
        assertTrue(drain.await(WITHIN), "all is processed within " + WITHIN);
    }

    /** Lost, delivered twice, delivered late, or as it should be. */
    private static void hear(
            BucketNotifications.Notification notification, Random random, List<BucketNotifications.Notification> late) {
        final int fate = random.nextInt(10);
        if (fate >= 3 && fate < 5) {
            late.add(notification);
        }
        if (fate >= 4) {
            cluster.deliver(notification);
        }
        if (fate == 9) {
            cluster.deliver(notification);
        }
    }

    private static void step(History history, Random random) throws Exception {
        final ReportType type = List.of(ReportType.values()).get(random.nextInt(4));
        final String key = history.prefix() + "OCP/source=" + history.source() + "/year=2025/month=11/day=01/"
                + type.longSegment() + "/" + random.nextInt(3) + ".parquet";
        if (history.live.containsKey(key) && random.nextInt(3) == 0) {
            history.live.remove(key);
            cluster.client()
                    .removeObject(RemoveObjectArgs.builder()
                            .bucket(cluster.bucket())
                            .object(key)
                            .build());
            return;
        }
        final Map<String, String> metadata = random.nextInt(3) == 0
                ? Map.of("ManifestId", "" + (5 + random.nextInt(8)), "ReportNumHours", "" + random.nextInt(3))
                : Map.of();
        final byte[] bytes = RandomReports.draw(random, type);
        history.live.put(key, bytes);
        history.metadata.put(key, metadata);
        history.keys.add(key);
        cluster.client()
                .putObject(PutObjectArgs.builder().bucket(cluster.bucket()).object(key).userMetadata(metadata).stream(
                                new ByteArrayInputStream(bytes), (long) bytes.length, -1L)
                        .build());
    }

    private static void check(History history) throws Exception {
        final String name = "history " + history.number;
        try (Connection connection = cluster.postgres().connect()) {
            final LedgerTable ledger =
                    new LedgerTable(connection, cluster.settings().text("postgres.status.schema"));
            final Map<String, List<LedgerRow>> entries = new TreeMap<>();
            history.keys.forEach(key -> entries.put(key, new ArrayList<>()));
            ledger.versions(cluster.bucket(), history.keys)
                    .forEach(row -> entries.get(row.key()).add(row));
            final Bucket bucket = new Bucket(SplitLimits.DEFAULTS);
            final Map<String, LedgerRow> current = new HashMap<>();
            final Set<String> empty = new TreeSet<>();
            final ObjectStore store = new ObjectStore(cluster.client());
            for (final String key : history.live.keySet()) {
                final String etag =
                        store.current(cluster.bucket(), key).orElseThrow().etag();
                final LedgerRow entry = entries.get(key).stream()
                        .filter(row -> row.etag().equals(etag))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(name + ": no entry of " + key));
                current.put(key, entry);
                final ObjectVersion version = version(history, key, entry);
                if (Splitting.split(SplitLimits.DEFAULTS, version, history.live.get(key))
                        .isEmpty()) {
                    empty.add(key);
                }
                bucket.put(version, history.live.get(key));
            }
            final List<Map<String, String>> expected = bucket
                    .summarise(day -> new ReferenceData(
                            ReferenceData.Cluster.unknown(day.source()), Set.of(), List.of(), Map.of()))
                    .values()
                    .stream()
                    .map(PublishedRow::columns)
                    .peek(columns -> columns.keySet().removeAll(Set.of("uuid", "source_uuid")))
                    .toList();
            final List<Map<String, String>> actual = rows(connection, history, expected);
            assertEquals(
                    List.of(),
                    expected.isEmpty() || actual.isEmpty() ? actual : Rows.differences(expected, actual),
                    name);
            assertEquals(expected.size(), actual.size(), name);
            entries.forEach((key, rows) -> rows.forEach(row -> assertEquals(
                    true,
                    isTrue(
                            row,
                            current.get(key),
                            empty.contains(key) || bucket.counting().contains(key),
                            rows),
                    name + ": " + row + " of " + rows + ", counting " + bucket.counting())));
        }
    }

    /** Of an object that is there, all but the current version are past; of one that is not, the last one was removed. */
    private static boolean isTrue(LedgerRow row, LedgerRow current, boolean counts, List<LedgerRow> versions) {
        if (row.equals(current)) {
            return row.state() == (counts ? UploadState.LOADED : UploadState.SUPERSEDED);
        }
        final boolean last = current == null
                && versions.stream().noneMatch(other -> other.eventAt().isAfter(row.eventAt()));
        return row.state() == UploadState.REMOVED || (!last && row.state() == UploadState.SUPERSEDED);
    }

    private static ObjectVersion version(History history, String key, LedgerRow entry) {
        final Instant uploaded = entry.uploadedAt();
        final ObjectVersion.Builder version = ObjectVersion.newBuilder()
                .setBucket(cluster.bucket())
                .setKey(key)
                .setEtag(entry.etag())
                .setEventTimeMillis(uploaded.toEpochMilli())
                .setUploadedMillis(uploaded.toEpochMilli());
        final Map<String, String> metadata = history.metadata.get(key);
        if (!metadata.isEmpty()) {
            version.setManifestId(metadata.get("ManifestId"))
                    .setReportHours(Long.parseLong(metadata.get("ReportNumHours")));
        }
        return version.build();
    }

    /** By uuid, as the expected ones: rows may differ in no column but that and their amounts. */
    private static List<Map<String, String>> rows(
            Connection connection, History history, List<Map<String, String>> expected) throws Exception {
        final Set<String> columns =
                expected.isEmpty() ? Set.of("namespace") : expected.get(0).keySet();
        final List<Map<String, String>> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + String.join(", ", columns) + " FROM "
                + cluster.table() + " WHERE source_uuid = ? ORDER BY uuid")) {
            statement.setObject(1, UUID.fromString(history.source()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    final Map<String, String> row = new TreeMap<>();
                    for (final String column : columns) {
                        row.put(column, rows.getString(column));
                    }
                    found.add(row);
                }
            }
        }
        return found;
    }
}

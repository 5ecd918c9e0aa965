package org.usagestreams.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.usagestreams.ledger.LedgerRow;
import org.usagestreams.ledger.LedgerTable;
import org.usagestreams.rules.ReferenceData;
import org.usagestreams.splitter.SplitLimits;
import org.usagestreams.splitter.testing.Splitting;
import org.usagestreams.store.ObjectStore;
import org.usagestreams.summarizer.testing.Bucket;
import org.usagestreams.testkit.PublishedRow;
import org.usagestreams.testkit.Rows;
import org.usagestreams.wire.ledger.UploadState;
import org.usagestreams.wire.message.ObjectVersion;

/** What one of many random histories has in the bucket, all keys that it ever used, and whether table and ledger agree. */
final class BucketHistory {
    private final int batch;
    private final int number;
    private final Map<String, byte[]> live = new TreeMap<>();
    private final Map<String, Map<String, String>> metadata = new HashMap<>();
    private final Set<String> keys = new TreeSet<>();

    BucketHistory(int batch, int number) {
        this.batch = batch;
        this.number = number;
    }

    String source() {
        return String.format("00000000-0000-4000-8000-%012x", number);
    }

    String prefix() {
        return "data/batch-" + batch + "/history-" + number + "/";
    }

    /** An object is written. */
    void put(String key, byte[] bytes, Map<String, String> itsMetadata) {
        live.put(key, bytes);
        metadata.put(key, itsMetadata);
        keys.add(key);
    }

    /** An object is removed; whether it was there. */
    boolean remove(String key) {
        return live.remove(key) != null;
    }

    /** Whether table and ledger say what is in the bucket. */
    void check(EmbeddedCluster cluster) throws Exception {
        final String name = "history " + number;
        try (Connection connection = cluster.postgres().connect()) {
            final LedgerTable ledger =
                    new LedgerTable(connection, cluster.settings().text("postgres.status.schema"));
            final Map<String, List<LedgerRow>> entries = new TreeMap<>();
            keys.forEach(key -> entries.put(key, new ArrayList<>()));
            ledger.versions(cluster.bucket(), keys)
                    .forEach(row -> entries.get(row.key()).add(row));
            final Bucket bucket = new Bucket(SplitLimits.DEFAULTS);
            final Map<String, LedgerRow> current = new HashMap<>();
            final Set<String> empty = new TreeSet<>();
            final ObjectStore store = new ObjectStore(cluster.client());
            for (final String key : live.keySet()) {
                final String etag =
                        store.current(cluster.bucket(), key).orElseThrow().etag();
                final LedgerRow entry = entries.get(key).stream()
                        .filter(row -> row.etag().equals(etag))
                        .findFirst()
                        .orElseThrow(() -> new AssertionError(name + ": no entry of " + key));
                current.put(key, entry);
                final ObjectVersion version = version(cluster, key, entry);
                if (Splitting.split(SplitLimits.DEFAULTS, version, live.get(key))
                        .isEmpty()) {
                    empty.add(key);
                }
                bucket.put(version, live.get(key));
            }
            final List<Map<String, String>> expected = bucket
                    .summarise(day -> new ReferenceData(
                            ReferenceData.Cluster.unknown(day.source()), Set.of(), List.of(), Map.of()))
                    .values()
                    .stream()
                    .map(PublishedRow::columns)
                    .peek(columns -> columns.keySet().removeAll(Set.of("uuid", "source_uuid")))
                    .toList();
            final List<Map<String, String>> actual = rows(cluster, connection, expected);
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

    private ObjectVersion version(EmbeddedCluster cluster, String key, LedgerRow entry) {
        final Instant uploaded = entry.uploadedAt();
        final ObjectVersion.Builder version = ObjectVersion.newBuilder()
                .setBucket(cluster.bucket())
                .setKey(key)
                .setEtag(entry.etag())
                .setEventTimeMillis(uploaded.toEpochMilli())
                .setUploadedMillis(uploaded.toEpochMilli());
        final Map<String, String> its = metadata.get(key);
        if (!its.isEmpty()) {
            version.setManifestId(its.get("ManifestId")).setReportHours(Long.parseLong(its.get("ReportNumHours")));
        }
        return version.build();
    }

    /** By uuid, as the expected ones: rows may differ in no column but that and their amounts. */
    private List<Map<String, String>> rows(
            EmbeddedCluster cluster, Connection connection, List<Map<String, String>> expected) throws Exception {
        final Set<String> columns =
                expected.isEmpty() ? Set.of("namespace") : expected.get(0).keySet();
        final List<Map<String, String>> found = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + String.join(", ", columns) + " FROM "
                + cluster.table() + " WHERE source_uuid = ? ORDER BY uuid")) {
            statement.setObject(1, UUID.fromString(source()));
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

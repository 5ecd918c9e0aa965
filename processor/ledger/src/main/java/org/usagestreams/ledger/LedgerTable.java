package org.usagestreams.ledger;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.usagestreams.wire.ledger.UploadState;

/** Reads the ledger as it stands in PostgreSQL. */
public final class LedgerTable implements LedgerView {
    /** Line items that were dropped, for whichever reason; null where the object was not read. */
    private static final String DROPPED = "CASE WHEN rows_dropped IS NOT NULL THEN"
            + " coalesce((SELECT sum(reason.value::bigint) FROM jsonb_each_text(rows_dropped) reason), 0)::bigint END";

    private static final String COLUMNS =
            "bucket, object_key, etag, version_id, state, reason, failed_step, dead_letter," + " rows_read, " + DROPPED
                    + " AS dropped, unreadable_labels, uploaded_at, event_at, removed_at";

    private final Connection connection;
    private final Queries queries;
    private final String schema;

    /**
     * Reads through this connection.
     *
     * @param schema of the tables; it is quoted
     */
    public LedgerTable(Connection connection, String schema) {
        this.connection = connection;
        queries = new Queries(connection);
        this.schema = PostgresSettings.quoted(schema) + ".";
    }

    /**
     * Which entries are asked for; what is null does not matter.
     *
     * @param organisation as object keys name it
     * @param source the cluster
     * @param date a usage date that the object holds
     * @param state where it stands
     * @param object a part of {@code bucket/key}
     */
    public record Query(String organisation, UUID source, LocalDate date, UploadState state, String object) {
        /** Entries of any kind. */
        public static final Query ALL = new Query(null, null, null, null, null);

        Conditions conditions() {
            return new Conditions()
                    .and("organisation = ?", organisation)
                    .and("source_uuid = ?", source)
                    .and("usage_dates @> jsonb_build_array(?::text)", date == null ? null : date.toString())
                    .and("state = ?", state == null ? null : state.name())
                    .and("position(? in bucket || '/' || object_key) > 0", object);
        }
    }

    /** Entries, the latest upload first. */
    public List<LedgerRow> find(Query query, int limit) throws SQLException {
        final Conditions conditions = query.conditions();
        return rows(
                "SELECT " + COLUMNS + " FROM " + schema + "upload_ledger" + conditions.where()
                        + " ORDER BY uploaded_at DESC NULLS LAST, object_key LIMIT ?",
                conditions.valuesAnd(limit));
    }

    /** The same, each with all columns as a JSON object, and {@code all_rows_dropped}: {@link LedgerRow#isAllDropped}. */
    public List<String> findJson(Query query, int limit) throws SQLException {
        final Conditions conditions = query.conditions();
        return queries.texts(
                "SELECT (to_jsonb(t) || jsonb_build_object('all_rows_dropped', coalesce(rows_read > 0 AND rows_read = "
                        + DROPPED + ", false)))::text FROM (SELECT * FROM " + schema + "upload_ledger"
                        + conditions.where()
                        + " ORDER BY uploaded_at DESC NULLS LAST, object_key LIMIT ?) t",
                conditions.valuesAnd(limit));
    }

    /** The number of entries by state. */
    public Map<UploadState, Long> count(Query query) throws SQLException {
        final Conditions conditions = query.conditions();
        final String sql =
                "SELECT state, count(*) FROM " + schema + "upload_ledger" + conditions.where() + " GROUP BY 1";
        final Map<UploadState, Long> counts = new LinkedHashMap<>();
        for (final UploadState state : UploadState.values()) {
            counts.put(state, 0L);
        }
        try (PreparedStatement statement = queries.prepare(sql, conditions.values());
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                counts.put(UploadState.valueOf(rows.getString(1)), rows.getLong(2));
            }
        }
        return counts;
    }

    @Override
    public long countObjects(String bucket, String prefix) throws SQLException {
        final String sql = "SELECT count(*) FROM (SELECT DISTINCT ON (object_key) state FROM " + schema
                + "upload_ledger WHERE bucket = ? AND starts_with(object_key, ?)"
                + " ORDER BY object_key, event_at DESC NULLS LAST, revision DESC) newest WHERE state <> 'REMOVED'";
        try (PreparedStatement statement = queries.prepare(sql, List.of(bucket, prefix));
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** All versions of these objects. */
    public List<LedgerRow> versions(String bucket, Collection<String> keys) throws SQLException {
        final Array array = connection.createArrayOf("text", keys.toArray());
        return rows(
                "SELECT " + COLUMNS + " FROM " + schema + "upload_ledger WHERE bucket = ? AND object_key = ANY(?)",
                List.of(bucket, array));
    }

    @Override
    public Map<String, LedgerRow> newest(String bucket, Collection<String> keys) throws SQLException {
        final Map<String, LedgerRow> newest = new TreeMap<>();
        versions(bucket, keys)
                .forEach(row ->
                        newest.merge(row.key(), row, (a, b) -> a.eventAt().isBefore(b.eventAt()) ? b : a));
        return newest;
    }

    @Override
    public Map<String, Set<LocalDate>> dates(String bucket, Collection<String> keys) throws SQLException {
        final Map<String, Set<LocalDate>> dates = new TreeMap<>();
        try (PreparedStatement statement = queries.prepare(
                        "SELECT object_key, d.date::date FROM " + schema
                                + "upload_ledger, jsonb_array_elements_text(usage_dates) d(date) WHERE bucket = ?"
                                + " AND object_key = ANY(?) AND state IN ('SPLIT', 'COUNTED', 'LOADED')",
                        List.of(bucket, connection.createArrayOf("text", keys.toArray())));
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                dates.computeIfAbsent(rows.getString(1), key -> new HashSet<>())
                        .add(rows.getObject(2, LocalDate.class));
            }
        }
        return dates;
    }

    @Override
    public Set<String> holding(String bucket, Collection<String> keys, LocalDate from, LocalDate to)
            throws SQLException {
        return new HashSet<>(queries.texts(
                "SELECT DISTINCT object_key FROM " + schema + "upload_ledger WHERE bucket = ? AND object_key = ANY(?)"
                        + " AND EXISTS (SELECT 1 FROM jsonb_array_elements_text(usage_dates) d(date)"
                        + " WHERE d.date::date BETWEEN ? AND ?)",
                List.of(bucket, connection.createArrayOf("text", keys.toArray()), from, to)));
    }

    @Override
    public List<LedgerRow> newest(String bucket, String prefix, String after, int limit) throws SQLException {
        return rows(
                "SELECT DISTINCT ON (object_key) " + COLUMNS + " FROM " + schema
                        + "upload_ledger WHERE bucket = ? AND object_key > ? AND object_key >= ?"
                        + " AND starts_with(object_key, ?)"
                        + " ORDER BY object_key, event_at DESC NULLS LAST, revision DESC LIMIT ?",
                List.of(bucket, after, prefix, prefix, limit));
    }

    private List<LedgerRow> rows(String sql, List<Object> values) throws SQLException {
        final List<LedgerRow> found = new ArrayList<>();
        try (PreparedStatement statement = queries.prepare(sql, values);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(LedgerRow.of(
                                rows.getString("bucket"),
                                rows.getString("object_key"),
                                UploadState.valueOf(rows.getString("state")))
                        .version(rows.getString("etag"), rows.getString("version_id"))
                        .reason(rows.getString("reason"))
                        .failed(rows.getString("failed_step"), rows.getString("dead_letter"))
                        .read(
                                rows.getObject("rows_read", Long.class),
                                rows.getObject("dropped", Long.class),
                                rows.getObject("unreadable_labels", Long.class))
                        .times(
                                instant(rows.getTimestamp("uploaded_at"), Instant.EPOCH),
                                instant(rows.getTimestamp("event_at"), Instant.EPOCH))
                        .removedAt(instant(rows.getTimestamp("removed_at"), null))
                        .build());
            }
        }
        return found;
    }

    private static Instant instant(Timestamp time, Instant none) {
        return time == null ? none : time.toInstant();
    }
}

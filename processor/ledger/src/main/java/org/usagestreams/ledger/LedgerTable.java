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

/** Reads the ledger and the status of days as they stand in PostgreSQL. */
public final class LedgerTable implements LedgerView {
    /** Line items that were dropped, for whichever reason; null where the object was not read. */
    private static final String DROPPED = "CASE WHEN rows_dropped IS NOT NULL THEN"
            + " coalesce((SELECT sum(reason.value::bigint) FROM jsonb_each_text(rows_dropped) reason), 0)::bigint END";

    private static final String COLUMNS =
            "bucket, object_key, etag, version_id, state, reason, failed_step, dead_letter," + " rows_read, " + DROPPED
                    + " AS dropped, unreadable_labels, uploaded_at, event_at, removed_at";

    /** Whether validation has looked at the revision that the table holds. */
    private static final String VALID = "((to_jsonb(s) ->> 'validated_revision')::bigint = s.revision"
            + " AND (to_jsonb(s) ->> 'validated_epoch')::bigint = s.epoch) IS TRUE";

    private final Connection connection;
    private final String schema;

    /**
     * Reads through this connection.
     *
     * @param schema of the tables; it is quoted
     */
    public LedgerTable(Connection connection, String schema) {
        this.connection = connection;
        this.schema = "\"" + schema.replace("\"", "\"\"") + "\".";
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

        private String where(List<Object> values) {
            final StringBuilder where = new StringBuilder(" WHERE true");
            if (organisation != null) {
                where.append(" AND organisation = ?");
                values.add(organisation);
            }
            if (source != null) {
                where.append(" AND source_uuid = ?");
                values.add(source);
            }
            if (date != null) {
                where.append(" AND usage_dates @> jsonb_build_array(?::text)");
                values.add(date.toString());
            }
            if (state != null) {
                where.append(" AND state = ?");
                values.add(state.name());
            }
            if (object != null) {
                where.append(" AND position(? in bucket || '/' || object_key) > 0");
                values.add(object);
            }
            return where.toString();
        }
    }

    /** Entries, the latest upload first. */
    public List<LedgerRow> find(Query query, int limit) throws SQLException {
        final List<Object> values = new ArrayList<>();
        final String where = query.where(values);
        values.add(limit);
        return rows(
                "SELECT " + COLUMNS + " FROM " + schema + "upload_ledger" + where
                        + " ORDER BY uploaded_at DESC NULLS LAST, object_key LIMIT ?",
                values);
    }

    /** The same, each with all columns as a JSON object, and {@code all_rows_dropped}: {@link LedgerRow#isAllDropped}. */
    public List<String> findJson(Query query, int limit) throws SQLException {
        final List<Object> values = new ArrayList<>();
        final String where = query.where(values);
        values.add(limit);
        return texts(
                "SELECT (to_jsonb(t) || jsonb_build_object('all_rows_dropped', coalesce(rows_read > 0 AND rows_read = "
                        + DROPPED + ", false)))::text FROM (SELECT * FROM " + schema + "upload_ledger" + where
                        + " ORDER BY uploaded_at DESC NULLS LAST, object_key LIMIT ?) t",
                values);
    }

    /** How many entries there are, by state. */
    public Map<UploadState, Long> count(Query query) throws SQLException {
        final List<Object> values = new ArrayList<>();
        final String sql =
                "SELECT state, count(*) FROM " + schema + "upload_ledger" + query.where(values) + " GROUP BY 1";
        final Map<UploadState, Long> counts = new LinkedHashMap<>();
        for (final UploadState state : UploadState.values()) {
            counts.put(state, 0L);
        }
        try (PreparedStatement statement = prepare(sql, values);
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
        try (PreparedStatement statement = prepare(sql, List.of(bucket, prefix));
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
        try (PreparedStatement statement = prepare(
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
        return new HashSet<>(texts(
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

    /**
     * The status of days as JSON objects, the latest date first; organisation, source and date may be null. Of a day that
     * PostgreSQL refuses, {@code load_error} says why, and the other columns are those of the revision that the table holds, or
     * null. What validation found is null where it has not looked at that revision.
     */
    public List<String> daysJson(String organisation, UUID source, LocalDate date, int limit) throws SQLException {
        final List<Object> values = new ArrayList<>();
        final String where = ofDays(organisation, source, date, values);
        values.add(limit);
        return texts(
                "SELECT to_jsonb(t)::text FROM (SELECT organisation, source_uuid, usage_date, s.epoch, s.revision, s.row_count,"
                        + " s.rows_set_aside, s.live_objects, s.changed_at, s.pod_usage_complete_hours,"
                        + " s.storage_usage_complete_hours, s.node_labels_complete_hours,"
                        + " s.namespace_labels_complete_hours, " + validated("validated_at") + ", "
                        + validated("differences") + ", " + validated("doubled_rows") + ", a.error AS load_error,"
                        + " a.attempts AS load_attempts, a.set_aside_at FROM " + schema + "summary_status s FULL JOIN "
                        + schema + "sink_set_aside a USING (organisation, source_uuid, usage_date)" + where
                        + " ORDER BY usage_date DESC, organisation, source_uuid LIMIT ?) t",
                values);
    }

    /** A column that validation wrote; tables of before may lack it. */
    private static String validated(String column) {
        return "CASE WHEN " + VALID + " THEN to_jsonb(s) -> '" + column + "' END AS " + column;
    }

    /** How many days there are of which validation says something that matters; organisation, source and date may be null. */
    public Doubts doubts(String organisation, UUID source, LocalDate date) throws SQLException {
        final List<Object> values = new ArrayList<>();
        final String where = ofDays(organisation, source, date, values);
        try (PreparedStatement statement = prepare(
                        "SELECT count(*) FILTER (WHERE (to_jsonb(s) ->> 'differences')::bigint > 0),"
                                + " count(*) FILTER (WHERE to_jsonb(s) ->> 'differences' IS NULL),"
                                + " count(*) FILTER (WHERE (to_jsonb(s) ->> 'doubled_rows')::bigint > 0) FROM " + schema
                                + "summary_status s" + where + " AND " + VALID,
                        values);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Doubts(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    /**
     * Numbers of days.
     *
     * @param differing have rows that differ from what the bucket leads to
     * @param unknown could not be compared
     * @param doubled have rows of cost management's own summary beside ours
     */
    public record Doubts(long differing, long unknown, long doubled) {}

    /** How many days PostgreSQL refuses; organisation, source and date may be null. */
    public long refusedDays(String organisation, UUID source, LocalDate date) throws SQLException {
        final List<Object> values = new ArrayList<>();
        final String where = ofDays(organisation, source, date, values);
        return Long.parseLong(texts("SELECT count(*)::text FROM " + schema + "sink_set_aside" + where, values)
                .get(0));
    }

    private static String ofDays(String organisation, UUID source, LocalDate date, List<Object> values) {
        final StringBuilder where = new StringBuilder(" WHERE true");
        if (organisation != null) {
            where.append(" AND organisation = ?");
            values.add(organisation);
        }
        if (source != null) {
            where.append(" AND source_uuid = ?");
            values.add(source);
        }
        if (date != null) {
            where.append(" AND usage_date = ?");
            values.add(date);
        }
        return where.toString();
    }

    private PreparedStatement prepare(String sql, List<Object> values) throws SQLException {
        final PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
        return statement;
    }

    private List<String> texts(String sql, List<Object> values) throws SQLException {
        final List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private List<LedgerRow> rows(String sql, List<Object> values) throws SQLException {
        final List<LedgerRow> found = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, values);
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

package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/** What the console asks the ledger besides {@link LedgerTable}: answers are JSON objects with the columns' names. Not thread-safe. */
public final class LedgerPages {
    private static final String UPLOADED = "coalesce(uploaded_at, to_timestamp(0))";

    /** No two entries have the same; an index has the first two. */
    private static final String ORDER = UPLOADED + " DESC, object_key DESC, bucket DESC, etag DESC, version_id DESC";

    private final Queries queries;
    private final String schema;

    /**
     * Reads through this connection.
     *
     * @param schema of the tables; it is quoted
     */
    public LedgerPages(Connection connection, String schema) {
        queries = new Queries(connection);
        this.schema = PostgresSettings.quoted(schema) + ".";
    }

    /** The place of an entry in the order of pages. */
    public record Place(OffsetDateTime uploaded, String key, String bucket, String etag, String version) {}

    /**
     * Entries, the latest upload first.
     *
     * @param after the last entry of the page before; null for the first page
     */
    public List<String> page(LedgerTable.Query query, Place after, int limit) throws SQLException {
        final Conditions conditions = query.conditions();
        final List<Object> values = new ArrayList<>(conditions.values());
        String where = conditions.where();
        if (after != null) {
            where += " AND (" + UPLOADED + ", object_key, bucket, etag, version_id) < (?, ?, ?, ?, ?)";
            values.addAll(List.of(after.uploaded(), after.key(), after.bucket(), after.etag(), after.version()));
        }
        values.add(limit);
        return queries.texts(
                "SELECT to_jsonb(t)::text FROM (SELECT * FROM " + schema + "upload_ledger" + where + " ORDER BY "
                        + ORDER + " LIMIT ?) t",
                values);
    }

    /** All versions of an object, the newest first. */
    public List<String> versions(String bucket, String key) throws SQLException {
        return queries.texts(
                "SELECT to_jsonb(t)::text FROM (SELECT * FROM " + schema
                        + "upload_ledger WHERE bucket = ? AND object_key = ?"
                        + " ORDER BY event_at DESC NULLS LAST, revision DESC LIMIT 200) t",
                List.of(bucket, key));
    }

    /**
     * How uploads go: {@code open} are on their way, {@code oldest} of them was uploaded then, and of the last hour's {@code
     * loaded} ones half took {@code p50} seconds at most from upload to rows, and 99 of 100 took {@code p99}.
     */
    public String pulse() throws SQLException {
        return queries.texts(
                        "SELECT jsonb_build_object('open', o.open, 'oldest', o.oldest, 'loaded', l.loaded, 'p50',"
                                + " l.p50, 'p99', l.p99)::text FROM (SELECT count(*) AS open, min(uploaded_at) AS oldest"
                                + " FROM "
                                + schema
                                + "upload_ledger WHERE state IN ('RECEIVED', 'SPLIT', 'COUNTED')) o, (SELECT count(*)"
                                + " AS loaded, percentile_cont(0.5) WITHIN GROUP (ORDER BY took) AS p50,"
                                + " percentile_cont(0.99) WITHIN GROUP (ORDER BY took) AS p99 FROM (SELECT"
                                + " extract(epoch FROM loaded_at - uploaded_at) AS took FROM " + schema
                                + "upload_ledger WHERE " + UPLOADED
                                + " > now() - interval '1 hour' AND loaded_at IS NOT NULL)"
                                + " t) l",
                        List.of())
                .get(0);
    }

    /** When a validation was last asked for, begun and done, of the days for which one was asked for: changes when one of them does. */
    public String validations() throws SQLException {
        return queries.texts(
                        "SELECT jsonb_build_object('asked', max(validation_asked_at), 'begun',"
                                + " max(validation_begun_at), 'validated', max(validated_at))::text FROM " + schema
                                + "summary_status WHERE validation_asked_at IS NOT NULL",
                        List.of())
                .get(0);
    }
}

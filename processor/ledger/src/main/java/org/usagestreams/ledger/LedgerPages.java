package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** What the console asks the ledger besides {@link LedgerTable}: answers are JSON objects with the columns' names. Not thread-safe. */
public final class LedgerPages {
    private static final String UPLOADED = "coalesce(uploaded_at, to_timestamp(0))";

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

    /** Orders of pages, each with an index that has its first columns. No two entries have the same place. */
    public enum Order {
        /** By the time of the upload; entries without one are the oldest. */
        UPLOADED_AT(UPLOADED + ";object_key;bucket;etag;version_id"),
        /** By the size; entries without one are the smallest. */
        SIZE_BYTES("coalesce(size_bytes, -1);object_key;bucket;etag;version_id"),
        /** By bucket and key. */
        OBJECT_KEY("bucket;object_key;etag;version_id");

        /** With semicolons between them. */
        private final String columns;

        Order(String columns) {
            this.columns = columns;
        }

        private List<String> columns() {
            return List.of(columns.split(";", -1));
        }

        private String clause(boolean descending) {
            final String direction = descending ? " DESC" : " ASC";
            return String.join(direction + ", ", columns()) + direction;
        }

        private String after(boolean descending) {
            return " AND (" + String.join(", ", columns()) + ") " + (descending ? "<" : ">") + " ("
                    + String.join(", ", Collections.nCopies(columns().size(), "?")) + ")";
        }

        private List<Object> values(Place place) {
            return switch (this) {
                case UPLOADED_AT ->
                    List.of(place.uploaded(), place.key(), place.bucket(), place.etag(), place.version());
                case SIZE_BYTES -> List.of(place.size(), place.key(), place.bucket(), place.etag(), place.version());
                case OBJECT_KEY -> List.of(place.bucket(), place.key(), place.etag(), place.version());
            };
        }
    }

    /**
     * The place of an entry in the order of pages.
     *
     * @param size -1 where it has none
     */
    public record Place(OffsetDateTime uploaded, long size, String key, String bucket, String etag, String version) {}

    /**
     * Entries in an order.
     *
     * @param after the last entry of the page before; null for the first page
     */
    public List<String> page(LedgerTable.Query query, Order order, boolean descending, Place after, int limit)
            throws SQLException {
        final Conditions conditions = query.conditions();
        final List<Object> values = new ArrayList<>(conditions.values());
        String where = conditions.where();
        if (after != null) {
            where += order.after(descending);
            values.addAll(order.values(after));
        }
        values.add(limit);
        return queries.texts(
                "SELECT to_jsonb(t)::text FROM (SELECT * FROM " + schema + "upload_ledger" + where + " ORDER BY "
                        + order.clause(descending) + " LIMIT ?) t",
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

package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/** Reads the status of days as it stands in PostgreSQL. */
public final class DayTable {
    /** Whether validation has looked at the revision that the table holds. */
    private static final String VALID = "((j.status ->> 'validated_revision')::bigint = s.revision"
            + " AND (j.status ->> 'validated_epoch')::bigint = s.epoch) IS TRUE";

    /** How far the validation is that somebody asked for. */
    private static final String ASKED = "CASE WHEN " + at("validation_asked_at") + " IS NULL THEN NULL WHEN "
            + at("validation_begun_at") + " >= " + at("validation_asked_at") + " THEN CASE WHEN " + at("validated_at")
            + " >= " + at("validation_begun_at") + " THEN 'done' ELSE 'running' END ELSE 'asked' END AS validation, "
            + "j.status -> 'validation_asked_at' AS validation_asked_at, "
            + "j.status -> 'validation_begun_at' AS validation_begun_at";

    /** The columns that validation writes, which older tables lack, are read from JSON. It is made once for each day. */
    private static final String JSON = " CROSS JOIN LATERAL (SELECT to_jsonb(s) AS status OFFSET 0) j";

    private final Queries queries;
    private final String schema;

    /**
     * Reads through this connection.
     *
     * @param schema of the tables; it is quoted
     */
    public DayTable(Connection connection, String schema) {
        queries = new Queries(connection);
        this.schema = PostgresSettings.quoted(schema) + ".";
    }

    /**
     * The status of days as JSON objects, the latest date first; organisation, source and date may be null. Of a day that
     * PostgreSQL refuses, {@code load_error} says why, and the other columns are those of the revision that the table holds, or
     * null. What validation found is null where it has not looked at that revision. Of a day that somebody asked to be validated,
     * {@code validation} is {@code asked}, {@code running} or {@code done}.
     */
    public List<String> json(String organisation, UUID source, LocalDate date, int limit) throws SQLException {
        final Conditions conditions = Conditions.ofDays(organisation, source, date);
        return queries.texts(
                "SELECT to_jsonb(t)::text FROM (SELECT organisation, source_uuid, usage_date, s.epoch, s.revision,"
                        + " s.row_count, s.rows_set_aside, s.live_objects, s.changed_at, s.pod_usage_complete_hours,"
                        + " s.storage_usage_complete_hours, s.node_labels_complete_hours,"
                        + " s.namespace_labels_complete_hours, " + validated("validated_at") + ", "
                        + validated("differences") + ", " + validated("doubled_rows") + ", " + ASKED
                        + ", a.error AS load_error,"
                        + " a.attempts AS load_attempts, a.set_aside_at FROM " + schema + "summary_status s FULL JOIN "
                        + schema + "sink_set_aside a USING (organisation, source_uuid, usage_date)" + JSON
                        + conditions.where()
                        + " ORDER BY usage_date DESC, organisation, source_uuid LIMIT ?) t",
                conditions.valuesAnd(limit));
    }

    private static String at(String column) {
        return "(j.status ->> '" + column + "')::timestamptz";
    }

    /** A column that validation wrote. */
    private static String validated(String column) {
        return "CASE WHEN " + VALID + " THEN j.status -> '" + column + "' END AS " + column;
    }

    /** How many days there are of which validation says something that matters; organisation, source and date may be null. */
    public Doubts doubts(String organisation, UUID source, LocalDate date) throws SQLException {
        final Conditions conditions = Conditions.ofDays(organisation, source, date);
        try (PreparedStatement statement = queries.prepare(
                        "SELECT count(*) FILTER (WHERE (j.status ->> 'differences')::bigint > 0),"
                                + " count(*) FILTER (WHERE j.status ->> 'differences' IS NULL),"
                                + " count(*) FILTER (WHERE (j.status ->> 'doubled_rows')::bigint > 0) FROM " + schema
                                + "summary_status s" + JSON + conditions.where() + " AND " + VALID,
                        conditions.values());
                ResultSet row = statement.executeQuery()) {
            row.next();
            return new Doubts(row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    /**
     * Numbers of days.
     *
     * @param differing have rows that differ from those derived from the bucket
     * @param unknown could not be compared
     * @param doubled have rows of cost management's own summary beside ours
     */
    public record Doubts(long differing, long unknown, long doubled) {}

    /** The number of days that PostgreSQL refuses; organisation, source and date may be null. */
    public long refusedDays(String organisation, UUID source, LocalDate date) throws SQLException {
        final Conditions conditions = Conditions.ofDays(organisation, source, date);
        return Long.parseLong(queries.texts(
                        "SELECT count(*)::text FROM " + schema + "sink_set_aside" + conditions.where(),
                        conditions.values())
                .get(0));
    }
}

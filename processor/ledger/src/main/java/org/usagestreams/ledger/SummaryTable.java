package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import org.usagestreams.settings.Settings;

/**
 * The table of the daily summary in PostgreSQL. Cost management writes rows of its own into the same table: only rows of
 * {@link #OURS} are read, counted, compared and removed.
 */
public final class SummaryTable {
    /**
     * The condition of rows that we wrote: their uuids are of version 5, derived from what the row is. Those of cost management
     * are random, of version 4.
     */
    public static final String OURS = "substring(uuid::text, 15, 1) = '5'";

    /**
     * The condition of rows that cost management's own summary wrote: usage of pods or volumes that is not ours. Its cost models
     * and distributions write rows without usage.
     */
    public static final String DOUBLED = "NOT " + OURS + " AND data_source IN ('Pod', 'Storage')"
            + " AND namespace NOT IN ('Network unattributed', 'Storage unattributed')"
            + " AND coalesce(pod_usage_cpu_core_hours, pod_request_cpu_core_hours, persistentvolumeclaim_usage_gigabyte_months,"
            + " persistentvolumeclaim_capacity_gigabyte_months) IS NOT NULL";

    private SummaryTable() {}

    /** The table's name with its schema, quoted. */
    public static String name(Settings settings) {
        return name(settings, null);
    }

    /**
     * The same of an organisation, where each has a schema of its own.
     *
     * @param organisation null where all have the same
     */
    public static String name(Settings settings, String organisation) {
        final String schema = settings.text("postgres.schema");
        return PostgresSettings.quoted(
                        organisation == null ? schema : schema.replace(PostgresSettings.ORGANISATION, organisation))
                + "." + PostgresSettings.quoted(settings.text("postgres.table"));
    }

    /**
     * Whether cost management has purged a date's month, as far as the table shows: other months have a partition, this one has
     * none, and no row of ours has the date. A row of it would come into the default partition.
     *
     * @throws SQLException where the table cannot be read
     */
    public static boolean isPurged(Connection connection, Settings settings, LocalDate date) throws SQLException {
        final String name = name(settings);
        final String bounds =
                "SELECT pg_get_expr(relpartbound, oid) AS bound FROM pg_inherits JOIN pg_class ON oid = inhrelid"
                        + " WHERE inhparent = to_regclass(?)";
        final String months = "SELECT substring(bound FROM 'FROM [(]''([0-9-]+)''[)]')::date AS first,"
                + " substring(bound FROM 'TO [(]''([0-9-]+)''[)]')::date AS next FROM (" + bounds + ") b";
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT NOT bool_or(asked >= first AND asked < next) AND NOT EXISTS (SELECT FROM " + name
                        + " WHERE usage_start = asked AND " + OURS + ") FROM (" + months
                        + ") m, (SELECT ?::date AS asked) a WHERE first IS NOT NULL GROUP BY asked")) {
            select.setString(1, name);
            select.setObject(2, date);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}

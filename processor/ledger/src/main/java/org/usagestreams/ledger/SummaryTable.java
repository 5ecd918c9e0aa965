package org.usagestreams.ledger;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.SortedSet;
import java.util.TreeSet;
import org.usagestreams.settings.Settings;

/**
 * The table of the daily summary in PostgreSQL: one for all organisations, or one in the schema of each, as {@code
 * postgres.schema} says. Cost management writes rows of its own into the same table: only rows of {@link #OURS} are read, counted,
 * compared and removed. Immutable.
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

    /** What stands for the organisation in {@code postgres.schema}. */
    private static final String ORGANISATION = "${organisation}";

    /** PostgreSQL's limit of bytes of a name; a longer one is cut off, and could name another schema. */
    private static final int LONGEST = 63;

    private final String schema;
    private final String table;

    /** The table that these settings name. */
    public SummaryTable(Settings settings) {
        schema = settings.text("postgres.schema");
        table = settings.text("postgres.table");
    }

    /** Whether each organisation has a table of its own. */
    public boolean isOfOrganisation() {
        return schema.contains(ORGANISATION);
    }

    /** The name of an organisation's table with its schema, quoted. */
    public String name(String organisation) {
        return PostgresSettings.quoted(schema(organisation)) + "." + PostgresSettings.quoted(table);
    }

    /** The schemas that have it or may have it, as LIKE takes them, with backslash as escape. */
    public String schemaPattern() {
        return schema.replace("\\", "\\\\")
                .replace("_", "\\_")
                .replace("%", "\\%")
                .replace(ORGANISATION, "%");
    }

    private String schema(String organisation) {
        return schema.replace(ORGANISATION, organisation);
    }

    /**
     * Whether an organisation's table is there.
     *
     * @throws SQLException where PostgreSQL does not tell, because the role may not use the schema, say
     */
    public boolean exists(Connection connection, String organisation) throws SQLException {
        final String own = schema(organisation);
        if (own.isEmpty() || own.indexOf('\0') >= 0 || own.getBytes(StandardCharsets.UTF_8).length > LONGEST) {
            return false;
        }
        try (PreparedStatement select = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            select.setString(1, name(organisation));
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /**
     * The organisations that have a table of their own which the role may read; none where one table is for all.
     *
     * @throws SQLException where the catalog cannot be read
     */
    public SortedSet<String> organisations(Connection connection) throws SQLException {
        final SortedSet<String> organisations = new TreeSet<>();
        if (!isOfOrganisation()) {
            return organisations;
        }
        final int prefix = schema.indexOf(ORGANISATION);
        final int suffix = schema.length() - prefix - ORGANISATION.length();
        try (PreparedStatement select = connection.prepareStatement("SELECT nspname FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = relnamespace WHERE relname = ? AND relkind IN ('r', 'p')"
                + " AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')")) {
            select.setString(1, table);
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    final String found = rows.getString(1);
                    final String organisation =
                            found.length() > prefix + suffix ? found.substring(prefix, found.length() - suffix) : "";
                    if (!organisation.isEmpty() && schema(organisation).equals(found)) {
                        organisations.add(organisation);
                    }
                }
            }
        }
        return organisations;
    }

    /**
     * Whether cost management has purged a date's month, as far as an organisation's table shows: a later month has a partition,
     * this one has none, and no row of ours has the date. A row of it would come into the default partition.
     *
     * @throws SQLException where the table cannot be read
     */
    public boolean isPurged(Connection connection, String organisation, LocalDate date) throws SQLException {
        if (!exists(connection, organisation)) {
            return false;
        }
        final String name = name(organisation);
        final String bounds =
                "SELECT pg_get_expr(relpartbound, oid) AS bound FROM pg_inherits JOIN pg_class ON oid = inhrelid"
                        + " WHERE inhparent = to_regclass(?)";
        final String months = "SELECT substring(bound FROM 'FROM [(]''([0-9-]+)''[)]')::date AS first,"
                + " substring(bound FROM 'TO [(]''([0-9-]+)''[)]')::date AS next FROM (" + bounds + ") b";
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT bool_or(asked < first) AND NOT bool_or(asked >= first AND asked < next) AND NOT EXISTS (SELECT FROM "
                        + name + " WHERE usage_start = asked AND " + OURS + ") FROM (" + months
                        + ") m, (SELECT ?::date AS asked) a WHERE first IS NOT NULL GROUP BY asked")) {
            select.setString(1, name);
            select.setObject(2, date);
            try (ResultSet row = select.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }
}

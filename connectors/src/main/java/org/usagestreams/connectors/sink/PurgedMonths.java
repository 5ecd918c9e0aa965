package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which months cost management has purged. The summary topic keeps their rows, and a table that is made anew from it must
 * not get them back. Used by one thread.
 *
 * <p>A month is purged where cost management no longer keeps it, or where the table has a partition of a later month and none of this
 * one; a row would come into the default partition. A date of which the table has rows of ours is not taken for purged.
 */
final class PurgedMonths {
    private static final Logger LOG = LoggerFactory.getLogger(PurgedMonths.class);

    private static final String MONTHS = "SELECT substring(bound FROM 'FROM [(]''([0-9-]+)''[)]')::date AS first,"
            + " substring(bound FROM 'TO [(]''([0-9-]+)''[)]')::date AS next FROM"
            + " (SELECT pg_get_expr(relpartbound, oid) AS bound FROM pg_inherits JOIN pg_class ON oid = inhrelid"
            + " WHERE inhparent = to_regclass(?)) b";

    private final OrganisationTables tables;
    private final int months;
    private final LongSupplier clock;

    /**
     * As of a clock.
     *
     * @param months how many cost management keeps, the current one included; 0 if each organisation's settings tell
     * @param clock milliseconds since 1970
     */
    PurgedMonths(OrganisationTables tables, int months, LongSupplier clock) {
        this.tables = tables;
        this.months = months;
        this.clock = clock;
    }

    /**
     * Without days of months that cost management has purged, whose rows stay as they are. Such days come where a partition is read
     * from its beginning, and where they were set aside; later changes of them are not published.
     *
     * @throws SQLException if a table is not there, or cannot be read
     */
    List<DayLoad> without(Connection connection, Collection<DayLoad> loads) throws SQLException {
        final List<DayLoad> kept = new ArrayList<>();
        for (final List<DayLoad> ofTable : DayLoad.byTable(loads).values()) {
            final Set<LocalDate> late = ofTable.stream()
                    .filter(PurgedMonths::isLate)
                    .map(DayLoad::date)
                    .collect(Collectors.toSet());
            final Set<LocalDate> gone =
                    among(connection, ofTable.get(0).day().day().organisation(), late);
            final int before = kept.size();
            ofTable.stream()
                    .filter(load -> !isLate(load) || !gone.contains(load.date()))
                    .forEach(kept::add);
            if (!gone.isEmpty()) {
                LOG.info(
                        "{} days of {} are not loaded: cost management has purged their months",
                        ofTable.size() - (kept.size() - before),
                        new TreeSet<>(gone));
            }
        }
        return kept;
    }

    private static boolean isLate(DayLoad load) {
        return load.isWhole() || load.isAside();
    }

    /**
     * Those of the dates whose month is purged from an organisation's table.
     *
     * @throws SQLException if the table is not there, or cannot be read
     */
    private Set<LocalDate> among(Connection connection, String organisation, Collection<LocalDate> dates)
            throws SQLException {
        final Set<LocalDate> purged = new HashSet<>();
        if (dates.isEmpty()) {
            return purged;
        }
        final String table = tables.rows(organisation);
        try (PreparedStatement select = connection.prepareStatement("WITH months AS (" + MONTHS
                + ") SELECT asked FROM unnest(?::date[]) asked WHERE (asked < ?::date"
                + " OR (EXISTS (SELECT FROM months WHERE asked < first)"
                + " AND NOT EXISTS (SELECT FROM months WHERE asked >= first AND asked < next)))"
                + " AND NOT EXISTS (SELECT FROM " + table + " WHERE usage_start = asked AND " + DayStatements.OURS
                + ")")) {
            select.setString(1, table);
            select.setArray(2, connection.createArrayOf("date", dates.toArray()));
            select.setObject(3, firstKept(connection, organisation));
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    purged.add(rows.getObject(1, LocalDate.class));
                }
            }
        }
        return purged;
    }

    /** The first date that cost management keeps; null if that is not known. */
    private LocalDate firstKept(Connection connection, String organisation) throws SQLException {
        final Integer kept = months > 0 ? Integer.valueOf(months) : monthsOf(connection, organisation);
        return kept == null
                ? null
                : LocalDate.ofInstant(Instant.ofEpochMilli(clock.getAsLong()), ZoneOffset.UTC)
                        .withDayOfMonth(1)
                        .minusMonths(kept - 1L);
    }

    /** What the organisation's settings say; null if they are not there, or may not be read. */
    private Integer monthsOf(Connection connection, String organisation) throws SQLException {
        final String table = tables.tenantSettings(organisation);
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT has_column_privilege(a.attrelid, a.attnum, 'SELECT') FROM pg_attribute a WHERE attrelid ="
                        + " to_regclass(?) AND attname = 'data_retention_months' AND NOT attisdropped")) {
            select.setString(1, table);
            try (ResultSet row = select.executeQuery()) {
                if (!row.next() || !row.getBoolean(1)) {
                    return null;
                }
            }
        }
        try (PreparedStatement select = connection.prepareStatement("SELECT max(data_retention_months) FROM " + table);
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getObject(1, Integer.class);
        }
    }
}

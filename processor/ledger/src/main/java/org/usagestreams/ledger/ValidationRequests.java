package org.usagestreams.ledger;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.UUID;

/** Asks the validator to compare a day with the bucket now. It takes up what stands in {@code summary_status}. */
public final class ValidationRequests {
    private ValidationRequests() {}

    /**
     * Asks for a comparison that begins after this.
     *
     * @param schema of the table; it is quoted
     * @param seconds longest wait for PostgreSQL
     * @return false where there is no such day
     */
    public static boolean ask(
            Connection connection, String schema, String organisation, UUID source, LocalDate date, int seconds)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + PostgresSettings.quoted(schema)
                + ".summary_status SET validation_asked_at = now() WHERE organisation = ? AND source_uuid = ? AND"
                + " usage_date = ?")) {
            update.setQueryTimeout(seconds);
            update.setString(1, organisation);
            update.setObject(2, source);
            update.setObject(3, date);
            return update.executeUpdate() == 1;
        }
    }
}

package org.usagestreams.service.validator;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.ledger.SessionLock;
import org.usagestreams.ledger.ValidationSettings;
import org.usagestreams.settings.Settings;

/**
 * What is known of the validation of days: columns of {@code summary_status} that the sink leaves alone. They hold for the revision
 * that they name. One connection, one thread.
 */
final class ValidatedDays implements AutoCloseable {
    /** Whether the columns hold for the revision that the table has. */
    private static final String VALID = "(s.validated_revision = s.revision AND s.validated_epoch = s.epoch) IS TRUE";

    /** Whether somebody has asked for a comparison since the last one began, or that one never ended. */
    private static final String ASKED = "(s.validation_asked_at IS NOT NULL AND NOT (s.validation_begun_at >="
            + " s.validation_asked_at AND s.validated_at >= s.validation_begun_at) IS TRUE)";

    private final Connection connection;
    private final String schema;
    private final String statuses;
    private final String due;
    private final String asked;

    private ValidatedDays(Connection connection, Settings settings) {
        this.connection = connection;
        schema = settings.text("postgres.status.schema");
        final String quoted = PostgresSettings.quoted(schema);
        statuses = quoted + ".summary_status";
        final long delay = settings.number(ValidationSettings.DELAY);
        final long again = settings.number(ValidationSettings.AGAIN);
        // What is on its way will change the day, or was loaded and is not said to be yet.
        final String settled = " AND NOT EXISTS (SELECT FROM " + quoted
                + ".sink_set_aside a WHERE a.organisation = s.organisation"
                + " AND a.source_uuid = s.source_uuid AND a.usage_date = s.usage_date) AND NOT EXISTS (SELECT FROM "
                + quoted + ".upload_ledger l WHERE l.source_uuid = s.source_uuid AND l.organisation = s.organisation"
                + " AND l.state IN ('RECEIVED', 'SPLIT', 'COUNTED') AND (l.usage_dates IS NULL"
                + " OR l.usage_dates @> jsonb_build_array(s.usage_date::text)))";
        final String of = "SELECT s.organisation, s.source_uuid::text, s.usage_date, s.epoch, s.revision FROM "
                + statuses + " s WHERE s.revision > 0 AND ";
        due = of + "(" + ASKED + " OR s.usage_date > current_date - " + settings.integer(ValidationSettings.DAYS)
                + " AND s.changed_at <= now() - interval '" + delay + " milliseconds' AND (NOT " + VALID
                + (again == 0 ? "" : " OR s.validated_at <= now() - interval '" + again + " milliseconds'")
                + "))" + settled + " ORDER BY NOT " + ASKED + ", " + VALID
                + ", s.validated_at NULLS FIRST, s.changed_at LIMIT ?";
        asked = of + ASKED + settled + " ORDER BY s.validation_asked_at LIMIT ?";
    }

    /** A revision of a day. */
    record Day(String organisation, String source, LocalDate date, long epoch, long revision) {}

    /**
     * How many days of an organisation there are, by what is known of them.
     *
     * @param open not validated since they changed
     * @param rowsDiffering of days that are validated
     * @param rowsDoubled of days that are validated
     */
    record Counts(
            String organisation,
            long same,
            long different,
            long unknown,
            long open,
            long rowsDiffering,
            long rowsDoubled) {}

    /** Connects by these settings. */
    static ValidatedDays open(Settings settings) throws SQLException {
        final Connection connection = PostgresSettings.connect(settings);
        try {
            SessionLock.watch(connection);
            return new ValidatedDays(connection, settings);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** Whether this process is the one that validates. */
    boolean isMine() throws SQLException {
        return SessionLock.take(connection, "validation", schema);
    }

    /** Days that are to be validated now, the most urgent first: those that somebody asks for, then those that changed. */
    List<Day> due(int most) throws SQLException {
        return days(due, most);
    }

    /** Those of them that somebody asks for. */
    List<Day> asked(int most) throws SQLException {
        return days(asked, most);
    }

    private List<Day> days(String query, int most) throws SQLException {
        final List<Day> days = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setInt(1, most);
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    days.add(new Day(
                            row.getString(1),
                            row.getString(2),
                            row.getObject(3, LocalDate.class),
                            row.getLong(4),
                            row.getLong(5)));
                }
            }
        }
        return days;
    }

    /** Says that the comparison of a day begins, where somebody has asked for one. */
    void begin(Day day) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + statuses
                + " s SET validation_begun_at = now() WHERE s.validation_asked_at IS NOT NULL AND " + key())) {
            key(update, 1, day);
            update.executeUpdate();
        }
    }

    /** Whether the table still holds this revision of the day. */
    boolean holds(Day day) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT FROM " + statuses + " s WHERE " + key())) {
            key(select, 1, day);
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /**
     * Writes what was found, where the table still holds the revision.
     *
     * @param differences empty where it could not be told
     * @return whether it was written
     */
    boolean write(Day day, OptionalLong differences, long doubled) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + statuses
                + " s SET validated_at = now(), validated_epoch = epoch, validated_revision = revision, differences ="
                + " ?, doubled_rows = ? WHERE " + key())) {
            update.setObject(1, differences.isPresent() ? differences.getAsLong() : null, Types.BIGINT);
            update.setLong(2, doubled);
            key(update, 3, day);
            return update.executeUpdate() == 1;
        }
    }

    private static String key() {
        return "s.organisation = ? AND s.source_uuid = ?::uuid AND s.usage_date = ? AND s.epoch = ? AND s.revision = ?";
    }

    private static void key(PreparedStatement statement, int at, Day day) throws SQLException {
        statement.setString(at, day.organisation());
        statement.setString(at + 1, day.source());
        statement.setObject(at + 2, day.date());
        statement.setLong(at + 3, day.epoch());
        statement.setLong(at + 4, day.revision());
    }

    /** Counts days by organisation. */
    List<Counts> count(Duration within) throws SQLException {
        final List<Counts> counts = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("SELECT s.organisation,"
                + " count(*) FILTER (WHERE " + VALID + " AND s.differences = 0),"
                + " count(*) FILTER (WHERE " + VALID + " AND s.differences > 0),"
                + " count(*) FILTER (WHERE " + VALID + " AND s.differences IS NULL),"
                + " count(*) FILTER (WHERE NOT " + VALID + "),"
                + " coalesce(sum(s.differences) FILTER (WHERE " + VALID + "), 0),"
                + " coalesce(sum(s.doubled_rows) FILTER (WHERE " + VALID + "), 0) FROM " + statuses
                + " s WHERE s.revision > 0 AND s.usage_date > current_date - ?::int GROUP BY 1 ORDER BY 1")) {
            select.setLong(1, within.toDays());
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    counts.add(new Counts(
                            row.getString(1),
                            row.getLong(2),
                            row.getLong(3),
                            row.getLong(4),
                            row.getLong(5),
                            row.getLong(6),
                            row.getLong(7)));
                }
            }
        }
        return counts;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}

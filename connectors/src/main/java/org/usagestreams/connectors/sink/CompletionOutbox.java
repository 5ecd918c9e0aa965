package org.usagestreams.connectors.sink;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.usagestreams.wire.completion.DayCompletion;

/**
 * Completion events, written in the transactions that load days: into the table {@code day_completion}, from which a processor publishes
 * them, and as notifications of PostgreSQL. An event therefore exists exactly when its revision is loaded. Used by one thread.
 */
final class CompletionOutbox {
    private static final Logger LOG = LoggerFactory.getLogger(CompletionOutbox.class);

    /** PostgreSQL takes payloads below 8000 bytes. */
    private static final int PAYLOAD_BYTES = 7_999;

    private final String table;
    private final String statuses;
    private final String channel;
    private final long revisions;
    private final boolean wanted;
    private final LongSupplier clock;
    private boolean usable;

    /**
     * An outbox by the connector's settings.
     *
     * @param clock milliseconds since 1970
     * @throws SQLException if a setting is not the name of a schema
     */
    CompletionOutbox(SinkSettings settings, LongSupplier clock) throws SQLException {
        final String schema = Identifiers.quoted(settings.getString(SinkSettings.STATUS_SCHEMA));
        table = schema + ".day_completion";
        statuses = schema + ".summary_status";
        channel = settings.getString(SinkSettings.COMPLETION_CHANNEL);
        revisions = settings.getInt(SinkSettings.COMPLETION_REVISIONS);
        wanted = settings.getBoolean(SinkSettings.COMPLETION_EVENTS);
        this.clock = clock;
    }

    /** What a load does to a day's rows: how many change, and in which columns; see {@link DayCompletion}. */
    record Change(long rows, List<String> columns) {}

    /**
     * Looks whether the table can be written to on a connection. A table that is not there, as after an update of the program, must
     * not stop loads.
     */
    void open(Connection connection) throws SQLException {
        usable = false;
        if (!wanted) {
            return;
        }
        try (PreparedStatement select = connection.prepareStatement(
                "SELECT has_table_privilege(to_regclass(?), 'INSERT')"
                        + " AND has_table_privilege(to_regclass(?), 'SELECT') AND has_table_privilege(to_regclass(?), 'DELETE')")) {
            for (int i = 1; i <= 3; i++) {
                select.setString(i, table);
            }
            try (ResultSet row = select.executeQuery()) {
                row.next();
                usable = row.getBoolean(1);
            }
        }
        if (!usable) {
            LOG.warn(
                    "Cannot write completion events: the table {} does not exist, or the role may not"
                            + " write to it. Days are loaded without events. Run scripts/sink --sql --roles"
                            + " --create.",
                    table);
        }
    }

    /** Whether events are written. */
    boolean isUsable() {
        return usable;
    }

    /**
     * Writes the events of days whose revision is not the one that the table holds, before their status is written.
     *
     * @param changes what the load does to each day
     */
    void write(Connection connection, List<PendingDay> days, Map<PendingDay, Change> changes) throws SQLException {
        final List<Object[]> rows = new ArrayList<>();
        for (final PendingDay day : days) {
            // Nothing of it was ever published where the revision is 0.
            if (day.marker().status().revision() > 0) {
                final DayCompletion event = event(day, changes.get(day));
                rows.add(new Object[] {
                    event.organisation(),
                    day.day().source(),
                    event.usageDate(),
                    event.epoch(),
                    event.revision(),
                    payload(event)
                });
            }
        }
        if (!rows.isEmpty()) {
            insert(connection, rows);
        }
    }

    private DayCompletion event(PendingDay day, Change change) {
        final DayMarker.Status status = day.marker().status();
        return new DayCompletion(
                day.day().organisation(),
                day.day().source().toLowerCase(Locale.ROOT),
                LocalDate.ofEpochDay(day.day().epochDay()).toString(),
                status.epoch(),
                status.revision(),
                status.rowCount(),
                change.rows(),
                change.columns(),
                status.podUsageCompleteHours(),
                status.storageUsageCompleteHours(),
                status.nodeLabelsCompleteHours(),
                status.namespaceLabelsCompleteHours(),
                status.changedAt(),
                Instant.ofEpochMilli(clock.getAsLong())
                        .truncatedTo(ChronoUnit.MILLIS)
                        .toString());
    }

    /** An event that is too long for a notification goes without the names of columns. */
    private static String payload(DayCompletion event) {
        final String json = event.toJson();
        if (json.getBytes(StandardCharsets.UTF_8).length <= PAYLOAD_BYTES) {
            return json;
        }
        return new DayCompletion(
                        event.organisation(),
                        event.sourceUuid(),
                        event.usageDate(),
                        event.epoch(),
                        event.revision(),
                        event.rowCount(),
                        event.rowsChanged(),
                        null,
                        event.podUsageCompleteHours(),
                        event.storageUsageCompleteHours(),
                        event.nodeLabelsCompleteHours(),
                        event.namespaceLabelsCompleteHours(),
                        event.changedAt(),
                        event.loadedAt())
                .toJson();
    }

    /** Where nobody publishes, each day keeps its latest revisions only. */
    private void insert(Connection connection, List<Object[]> rows) throws SQLException {
        final String loaded =
                "WITH loaded AS (SELECT * FROM unnest(?::text[], ?::uuid[], ?::date[], ?::bigint[], ?::bigint[],"
                        + " ?::text[]) l (organisation, source_uuid, usage_date, epoch, revision, event)),"
                        + " dropped AS (DELETE FROM " + table
                        + " o USING loaded l WHERE o.organisation = l.organisation"
                        + " AND o.source_uuid = l.source_uuid AND o.usage_date = l.usage_date"
                        + " AND o.revision <= l.revision - ?::bigint),"
                        + " written AS (INSERT INTO " + table
                        + " (organisation, source_uuid, usage_date, epoch, revision, event)"
                        + " SELECT * FROM loaded l WHERE NOT EXISTS (SELECT FROM " + statuses
                        + " s WHERE s.organisation = l.organisation AND s.source_uuid = l.source_uuid AND s.usage_date = l.usage_date"
                        + " AND s.epoch = l.epoch AND s.revision = l.revision) ON CONFLICT DO NOTHING RETURNING event)"
                        + " SELECT " + (channel.isEmpty() ? "count(*)" : "pg_notify(?, event)") + " FROM written";
        try (PreparedStatement insert = connection.prepareStatement(loaded)) {
            for (int column = 0; column < 6; column++) {
                final int at = column;
                insert.setArray(
                        column + 1,
                        connection.createArrayOf(
                                "text",
                                rows.stream()
                                        .map(row -> String.valueOf(row[at]))
                                        .toArray()));
            }
            insert.setLong(7, revisions);
            if (!channel.isEmpty()) {
                insert.setString(8, channel);
            }
            insert.executeQuery().close();
        }
    }
}

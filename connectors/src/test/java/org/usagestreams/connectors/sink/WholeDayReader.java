package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.usagestreams.wire.completion.DayCompletion;

/** Reads days with their status and events, and knows which states may be seen. */
final class WholeDayReader {
    private final LoadFixture fixture;
    private final Map<RowKey.Day, Long> seen = new HashMap<>();

    WholeDayReader(LoadFixture fixture) {
        this.fixture = fixture;
    }

    /** The last revision of a day that was seen. */
    long seen(RowKey.Day day) {
        return seen.getOrDefault(day, 0L);
    }

    /** Reads all days in one statement: each is at a revision that was published, wholly, and none goes back. */
    void look() throws SQLException {
        final Map<RowKey.Day, Map<UUID, String>> rows = new HashMap<>();
        final Map<RowKey.Day, Long> revisions = read(rows);
        revisions.forEach((day, revision) -> {
            assertThat(rows.get(day))
                    .as("%s at revision %s", day, revision)
                    .isEqualTo(fixture.published.revisions(day).get(revision));
            assertThat(revision).as("revision of %s", day).isGreaterThanOrEqualTo(seen(day));
            seen.put(day, revision);
        });
        assertThat(revisions.keySet()).as("no day is lost").containsAll(seen.keySet());
        lookAtEvents(revisions);
    }

    private Map<RowKey.Day, Long> read(Map<RowKey.Day, Map<UUID, String>> rows) throws SQLException {
        final Map<RowKey.Day, Long> revisions = new HashMap<>();
        try (Statement statement = SharedPostgres.connection().createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT s.organisation, s.source_uuid, s.usage_date, s.revision,"
                                + " t.uuid, t.namespace, t.pod_usage_cpu_core_hours FROM " + fixture.schema
                                + ".summary_status s FULL JOIN "
                                + fixture.schema
                                + ".daily_summary t ON t.source_uuid = s.source_uuid AND t.usage_start ="
                                + " s.usage_date")) {
            while (found.next()) {
                assertThat(found.getString(1)).as("each row's day has a status").isNotNull();
                final RowKey.Day day = new RowKey.Day(found.getString(1), found.getString(2), (int)
                        found.getObject(3, LocalDate.class).toEpochDay());
                revisions.put(day, found.getLong(4));
                final Map<UUID, String> its = rows.computeIfAbsent(day, d -> new HashMap<>());
                final UUID uuid = found.getObject(5, UUID.class);
                if (uuid != null) {
                    its.put(uuid, found.getString(6));
                    assertThat(found.getBigDecimal(7).toPlainString())
                            .isEqualTo(new BigDecimal(PublishedDays.amount(uuid, found.getString(6)))
                                    .setScale(15)
                                    .toPlainString());
                }
            }
        }
        return revisions;
    }

    /** Each revision that is seen has its event, and no event is of one that was not loaded. */
    private void lookAtEvents(Map<RowKey.Day, Long> revisions) throws SQLException {
        final Map<RowKey.Day, Set<Long>> events = new HashMap<>();
        for (final DayCompletion event : fixture.events()) {
            final RowKey.Day day = new RowKey.Day(event.organisation(), event.sourceUuid(), (int)
                    LocalDate.parse(event.usageDate()).toEpochDay());
            events.computeIfAbsent(day, d -> new HashSet<>()).add(event.revision());
        }
        revisions.forEach((day, revision) -> {
            final Set<Long> told = events.getOrDefault(day, Set.of());
            assertThat(told).as("events of %s", day).allMatch(of -> of <= revision);
            if (revision > 0) {
                assertThat(told).as("events of %s", day).contains(revision);
            }
        });
    }
}

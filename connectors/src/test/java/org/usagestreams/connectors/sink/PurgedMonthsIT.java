package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where a table is loaded anew, months that cost management has purged do not come back. */
class PurgedMonthsIT {
    private static final TopicPartition ZERO = TopicLog.partition(0);
    private static final YearMonth SEPTEMBER = YearMonth.of(2025, 9);
    private static final YearMonth OCTOBER = SEPTEMBER.plusMonths(1);
    private static final YearMonth NOVEMBER = SEPTEMBER.plusMonths(2);
    private static final YearMonth DECEMBER = SEPTEMBER.plusMonths(3);

    private LoadFixture fixture;
    private String organisation;
    private String status;

    @BeforeEach
    void publishFourMonths() throws SQLException {
        fixture = LoadFixture.uncompacted();
        fixture.now =
                NOVEMBER.atDay(20).atStartOfDay().toInstant(ZoneOffset.UTC).toEpochMilli();
        fixture.schemaOfRows = "${organisation}";
        status = fixture.schema;
        organisation = "tenant_of_" + status;
        for (final YearMonth month : new YearMonth[] {SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER}) {
            publish(month, "a-1");
        }
    }

    private void publish(YearMonth month, String namespace) {
        final RowKey.Day day = day(month);
        fixture.publish(ZERO, day, LoadFixture.rows(day, 3, namespace));
    }

    private RowKey.Day day(YearMonth month) {
        return new RowKey.Day(organisation, "00000000-0000-4000-8000-000000000001", (int)
                month.atDay(7).toEpochDay());
    }

    private void makeTable(YearMonth... months) throws SQLException {
        final String table = organisation + ".daily_summary";
        fixture.run("CREATE SCHEMA " + organisation);
        fixture.run("CREATE TABLE " + table + " (LIKE " + status + ".daily_summary INCLUDING INDEXES)"
                + " PARTITION BY RANGE (usage_start)");
        fixture.run("CREATE TABLE " + table + "_default PARTITION OF " + table + " DEFAULT");
        for (final YearMonth month : months) {
            fixture.run("CREATE TABLE " + partition(month) + " PARTITION OF " + table + " FOR VALUES FROM ('"
                    + month.atDay(1) + "') TO ('" + month.plusMonths(1).atDay(1) + "')");
        }
    }

    private String partition(YearMonth month) {
        return organisation + ".daily_summary_" + month.toString().replace('-', '_');
    }

    private void load() throws SQLException {
        final LoadFixture.Task task = fixture.new Task(ZERO);
        for (int i = 0; i < 6; i++) {
            fixture.now += 1_000;
            task.step(1_000);
        }
        task.close();
    }

    /** Rows of each month, and whether they lie in the default partition. */
    private Map<String, String> rows() throws SQLException {
        final Map<String, String> rows = new TreeMap<>();
        fixture.query("SELECT to_char(usage_start, 'YYYY-MM') || CASE WHEN tableoid::regclass::text LIKE '%default'"
                        + " THEN ' default' ELSE '' END || ':' || string_agg(DISTINCT namespace, ',') || ' ' || count(*) FROM "
                        + organisation
                        + ".daily_summary GROUP BY usage_start, tableoid")
                .forEach(text -> rows.put(text.split(":", 2)[0], text.split(":", 2)[1]));
        return rows;
    }

    private void resetPosition() throws SQLException {
        fixture.run("DELETE FROM " + status + ".sink_position");
    }

    @Test
    void shouldNotBringADroppedMonthIntoTheDefaultPartition() throws Exception {
        makeTable(OCTOBER, NOVEMBER);
        load();
        assertThat(rows())
                .as("December's partition is not made yet")
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("2025-10", "a-1 3", "2025-11", "a-1 3", "2025-12 default", "a-1 3"));
        assertThat(fixture.query("SELECT 1 FROM " + status + ".sink_set_aside")).isEmpty();
        assertThat(fixture.query("SELECT to_char(usage_date, 'YYYY-MM') FROM " + status + ".day_completion"))
                .as("nothing of September is loaded")
                .containsExactlyInAnyOrder("2025-10", "2025-11", "2025-12");
        assertThat(fixture.query("SELECT usage_date::text FROM " + status + ".summary_status WHERE revision = 1"))
                .as("September is known, so that its records are not loaded when they are read again")
                .hasSize(4);
    }

    @Test
    void shouldLeaveADroppedMonthWhereThePositionIsReset() throws Exception {
        makeTable(SEPTEMBER, OCTOBER, NOVEMBER);
        load();
        assertThat(rows()).containsEntry("2025-09", "a-1 3");
        fixture.run("DROP TABLE " + partition(SEPTEMBER));
        publish(OCTOBER, "b-2");
        resetPosition();
        load();
        assertThat(rows())
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of("2025-10", "b-2 3", "2025-11", "a-1 3", "2025-12 default", "a-1 3"));
    }

    @Test
    void shouldLoadADayAnewThatStandsInTheDefaultPartition() throws Exception {
        makeTable(SEPTEMBER, OCTOBER, NOVEMBER);
        load();
        publish(DECEMBER, "b-2");
        fixture.run(
                "UPDATE " + organisation + ".daily_summary SET namespace = 'wrong' WHERE usage_start < '2025-10-01'");
        resetPosition();
        load();
        assertThat(rows()).containsEntry("2025-12 default", "b-2 3").containsEntry("2025-09", "a-1 3");
    }

    @Test
    void shouldNotBringMonthsBackThatTheTenantKeepsNoMore() throws Exception {
        makeTable(SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER);
        fixture.run("CREATE TABLE " + organisation + ".tenant_settings (id int, data_retention_months int)");
        fixture.run("INSERT INTO " + organisation + ".tenant_settings VALUES (1, 2)");
        load();
        assertThat(rows()).containsOnlyKeys("2025-10", "2025-11", "2025-12");
    }

    @Test
    void shouldNotBringMonthsBackThatTheSettingKeepsNoMore() throws Exception {
        fixture.run("CREATE SCHEMA " + organisation);
        fixture.run("CREATE TABLE " + organisation + ".daily_summary (LIKE " + status
                + ".daily_summary INCLUDING INDEXES)");
        fixture.retentionMonths = 1;
        load();
        assertThat(rows()).containsOnlyKeys("2025-11", "2025-12");
    }

    @Test
    void shouldKeepRowsOfMonthsThatAreToBePurged() throws Exception {
        makeTable(SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER);
        load();
        fixture.retentionMonths = 2;
        resetPosition();
        load();
        assertThat(rows()).containsEntry("2025-09", "a-1 3");
    }

    @Test
    void shouldNotLoadAPurgedMonthThatWasSetAside() throws Exception {
        load();
        assertThat(fixture.query("SELECT 1 FROM " + status + ".sink_set_aside")).hasSize(4);
        makeTable(OCTOBER, NOVEMBER, DECEMBER);
        fixture.now += Duration.ofMinutes(5).toMillis();
        load();
        assertThat(fixture.query("SELECT 1 FROM " + status + ".sink_set_aside")).isEmpty();
        assertThat(fixture.refused).isEmpty();
        assertThat(rows()).containsOnlyKeys("2025-10", "2025-11", "2025-12");
    }
}

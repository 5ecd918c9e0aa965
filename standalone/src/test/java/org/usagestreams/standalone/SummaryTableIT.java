package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.usagestreams.ledger.SummaryTable;
import org.usagestreams.operations.replay.TableUuids;
import org.usagestreams.settings.Settings;
import org.usagestreams.testkit.CostManagement;
import org.usagestreams.wire.chunk.DayKey;

/** What commands see of a table like cost management's, in a real PostgreSQL. */
class SummaryTableIT {
    private static final String SCHEMA = "org1234567";
    private static final String SOURCE = "00000000-0000-4000-8000-700000000001";
    private static final String OURS = "00000000-0000-5000-8000-00000000000";
    private static final YearMonth NOVEMBER = YearMonth.of(2025, 11);
    private static final LocalDate DATE = NOVEMBER.atDay(3);
    private static final Settings SETTINGS = Settings.of(Map.of("postgres.schema", SCHEMA));

    private static Database postgres;

    @BeforeAll
    static void start() throws Exception {
        postgres = SharedPostgres.database();
        postgres.execute(CostManagement.schema(SCHEMA, NOVEMBER)
                + CostManagement.reportPeriod(SCHEMA, 1, SOURCE, "c1", NOVEMBER)
                + insert(1, DATE, "shop")
                + insert(2, DATE, "mail"));
        postgres.execute(CostManagement.costRows(SCHEMA, SOURCE, DATE, DATE));
    }

    private static String insert(int number, LocalDate date, String namespace) {
        return "INSERT INTO " + SCHEMA + "." + CostManagement.TABLE
                + " (uuid, report_period_id, source_uuid, data_source,"
                + " usage_start, usage_end, namespace, node, pod_usage_cpu_core_hours) VALUES ('" + OURS + number
                + "', 1, '" + SOURCE + "', 'Pod', '" + date + "', '" + date + "', '" + namespace + "', 'node', 2);\n";
    }

    private static boolean isPurged(Connection connection, LocalDate date) throws SQLException {
        return new SummaryTable(SETTINGS).isPurged(connection, "any", date);
    }

    @Test
    void shouldNameRowsOfOursOnly() throws Exception {
        try (Connection connection = postgres.connect()) {
            assertThat(uuids(connection, SETTINGS, "org"))
                    .as("no cost rows")
                    .containsExactlyInAnyOrder(UUID.fromString(OURS + 1), UUID.fromString(OURS + 2));
        }
    }

    @Test
    void shouldTellWhichMonthsWerePurged() throws Exception {
        final LocalDate october = LocalDate.of(2025, 10, 7);
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            assertThat(isPurged(connection, DATE)).isFalse();
            assertThat(isPurged(connection, NOVEMBER.atEndOfMonth()))
                    .as("a partition without rows of the date")
                    .isFalse();
            assertThat(isPurged(connection, october)).isTrue();
            assertThat(isPurged(connection, LocalDate.of(2025, 12, 1)))
                    .as("a month that cost management has not made yet")
                    .isFalse();
            statement.execute(insert(3, october, "shop").replace(OURS, OURS.replace("-5000-", "-4000-")));
            assertThat(isPurged(connection, october))
                    .as("a row that is not ours")
                    .isTrue();
            statement.execute(insert(3, october, "shop"));
            assertThat(isPurged(connection, october))
                    .as("a row of ours in the default partition")
                    .isFalse();
            connection.rollback();
        }
    }

    @Test
    void shouldSeeNothingPurgedWhereNoMonthHasAPartition() throws Exception {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(CostManagement.purge(SCHEMA, NOVEMBER));
            assertThat(isPurged(connection, DATE))
                    .as("only a default partition")
                    .isFalse();
            statement.execute("DROP TABLE " + SCHEMA + "." + CostManagement.TABLE + "; CREATE TABLE " + SCHEMA + "."
                    + CostManagement.TABLE + " (usage_start date, uuid uuid)");
            assertThat(isPurged(connection, DATE)).as("a plain table").isFalse();
            connection.rollback();
        }
    }

    private static String rowOf(String schema, int number) {
        return insert(number, DATE, "shop")
                .replace(SCHEMA + ".", schema + ".")
                .replace("'" + OURS + number + "', 1", "'" + OURS + number + "', null");
    }

    @Test
    void shouldReadTheTableOfTheOrganisation() throws Exception {
        final Settings settings = Settings.of(Map.of("postgres.schema", "of_${organisation}"));
        final SummaryTable table = new SummaryTable(settings);
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(CostManagement.schema("of_one", NOVEMBER)
                    + CostManagement.schema("of_two", NOVEMBER.plusMonths(1))
                    + rowOf("of_one", 3)
                    + rowOf("of_two", 4));
            assertThat(table.organisations(connection)).containsExactly("one", "two");
            assertThat(table.exists(connection, "one")).isTrue();
            assertThat(uuids(connection, settings, "one")).containsExactly(UUID.fromString(OURS + 3));
            assertThat(uuids(connection, settings, "two")).containsExactly(UUID.fromString(OURS + 4));
            assertThat(table.isPurged(connection, "one", DATE.plusDays(1))).isFalse();
            assertThat(table.isPurged(connection, "two", DATE.plusDays(1))).isTrue();
            connection.rollback();
        }
    }

    @Test
    void shouldFindNothingWhereTheOrganisationHasNoTable() throws Exception {
        final Settings settings = Settings.of(Map.of("postgres.schema", "${organisation}"));
        final SummaryTable table = new SummaryTable(settings);
        try (Connection connection = postgres.connect()) {
            for (final String organisation : List.of("none", "", "o".repeat(64), SCHEMA + ".x")) {
                assertThat(table.exists(connection, organisation)).isFalse();
                assertThat(table.isPurged(connection, organisation, DATE)).isFalse();
                assertThat(uuids(connection, settings, organisation)).isEmpty();
            }
            assertThat(table.organisations(connection)).containsExactly(SCHEMA);
        }
    }

    private static List<UUID> uuids(Connection connection, Settings settings, String organisation) throws SQLException {
        final List<UUID> uuids = new ArrayList<>();
        for (final ByteString part : TableUuids.of(connection, settings, new DayKey(organisation, SOURCE, DATE))) {
            final ByteBuffer bytes = part.asReadOnlyByteBuffer();
            while (bytes.hasRemaining()) {
                uuids.add(new UUID(bytes.getLong(), bytes.getLong()));
            }
        }
        return uuids;
    }
}

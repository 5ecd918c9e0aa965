package org.usagestreams.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Days that are written by hand into PostgreSQL, as a sink could. */
class DayReaderIT {
    private static final String SOURCE = "11111111-1111-1111-1111-111111111111";
    private static final List<String> SOURCES = List.of(SOURCE);
    private static final String FAULT = "kill connect";

    private static EmbeddedPostgres server;
    private static String url;

    private final DayReader reader = new DayReader("summary", "status");
    private final DayTally tally = new DayTally((place, version) -> version < 100);

    @BeforeAll
    static void startServer() throws Exception {
        server = EmbeddedPostgres.start();
        url = server.getJdbcUrl("postgres", "postgres");
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    @BeforeEach
    void makeTable() throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("DROP VIEW IF EXISTS status; DROP TABLE IF EXISTS summary; DROP TABLE IF EXISTS written");
            statement.execute("CREATE TABLE summary (source_uuid uuid, usage_start date, namespace text, node text,"
                    + " pod_usage_cpu_core_hours numeric(33,15), cluster_capacity_cpu_core_hours numeric(33,15))");
            // A status that always fits, but where a test writes another.
            statement.execute("CREATE TABLE written (source_uuid uuid, usage_date date, row_count int, epoch bigint,"
                    + " revision bigint)");
            statement.execute("CREATE VIEW status AS SELECT * FROM written UNION ALL SELECT source_uuid, usage_start,"
                    + " count(*)::int, 1, 1 FROM summary WHERE NOT EXISTS (SELECT FROM written) GROUP BY 1, 2");
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(url);
    }

    /** Writes the rows of a day that a summary of these versions leads to, those of some of the namespaces only. */
    private static void insert(Connection connection, int large, int small, int from, int to) throws SQLException {
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO summary VALUES (?::uuid, ?, ?, ?, ?, ?)")) {
            for (final Contents contents : Contents.values()) {
                final int version = contents == Contents.LARGE ? large : small;
                for (int row = from; version > 0 && row < to; row++) {
                    final boolean unallocated = row == Contents.NAMESPACES;
                    insert.setString(1, SOURCE);
                    insert.setObject(2, Contents.FIRST);
                    insert.setString(3, unallocated ? Contents.UNALLOCATED : Contents.NAMESPACE_PREFIX + row);
                    insert.setString(4, contents.node());
                    insert.setLong(
                            5,
                            version * (unallocated ? contents.capacity() - contents.hours() : contents.hoursPerRow()));
                    insert.setLong(6, large * Contents.LARGE.capacity() + small * Contents.SMALL.capacity());
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
    }

    private static void insert(Connection connection, int large, int small) throws SQLException {
        insert(connection, large, small, 0, Contents.rows());
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private DayTally.Seen look(Connection connection) throws SQLException {
        tally.look(reader.read(connection, SOURCES), SOURCES, FAULT);
        return tally.byFault().get(FAULT);
    }

    @Test
    void shouldFindATornDayWhenSomeRowsAreOfAnotherSummary() throws SQLException {
        try (Connection connection = connect()) {
            insert(connection, 3, 2);
            assertThat(look(connection).torn()).isZero();
            execute(connection, "DELETE FROM summary WHERE namespace < 'crash-25'");
            assertThat(look(connection).torn()).as("rows are missing").isEqualTo(1);
            execute(connection, "DELETE FROM summary");
            insert(connection, 3, 2, 0, 25);
            insert(connection, 4, 2, 25, Contents.rows());
            assertThat(look(connection).torn()).as("two summaries").isEqualTo(2);
            assertThat(tally.impossible()).as("each row by itself is right").isEmpty();
        }
    }

    @Test
    void shouldFindNoTornDayWhenItIsReplacedInOneTransaction() throws Exception {
        final AtomicBoolean done = new AtomicBoolean();
        try (Connection writer = connect();
                Connection connection = connect()) {
            insert(writer, 1, 1);
            writer.setAutoCommit(false);
            final CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> replace(writer, done));
            while (!done.get() && !writing.isDone()) {
                look(connection);
            }
            writing.get();
            final DayTally.Seen seen = look(connection);
            assertThat(seen.torn()).isZero();
            assertThat(seen.stepsBack()).isZero();
            assertThat(seen.looks()).isGreaterThan(1);
            assertThat(seen.newer()).as("versions seen of both objects").isGreaterThan(2);
            assertThat(tally.impossible()).isEmpty();
        }
    }

    private static void replace(Connection writer, AtomicBoolean done) {
        try {
            for (int version = 2; version <= 50; version++) {
                execute(writer, "DELETE FROM summary");
                insert(writer, version, version / 2);
                writer.commit();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            done.set(true);
        }
    }

    @Test
    void shouldFindTheSameDayTornWhenItIsReplacedRowByRow() throws SQLException {
        try (Connection connection = connect()) {
            insert(connection, 1, 1);
            for (int row = 0; row < Contents.NAMESPACES; row++) {
                execute(connection, "DELETE FROM summary WHERE namespace = 'crash-" + row + "'");
                insert(connection, 2, 1, row, row + 1);
                look(connection);
            }
            assertThat(look(connection).torn()).isEqualTo(Contents.NAMESPACES + 1);
            execute(connection, "DELETE FROM summary WHERE namespace = '" + Contents.UNALLOCATED + "'");
            insert(connection, 2, 1, Contents.NAMESPACES, Contents.rows());
            assertThat(look(connection).torn()).as("whole again").isEqualTo(Contents.NAMESPACES + 1);
        }
    }

    private static void status(Connection connection, int rows, long epoch, long revision) throws SQLException {
        execute(connection, "DELETE FROM written");
        execute(
                connection,
                "INSERT INTO written VALUES ('" + SOURCE + "', '" + Contents.FIRST + "', " + rows + ", " + epoch + ", "
                        + revision + ")");
    }

    @Test
    void shouldFindADayTornWhoseStatusIsOfAnotherRevision() throws SQLException {
        try (Connection connection = connect()) {
            insert(connection, 3, 2);
            status(connection, 2 * Contents.rows(), 1, 1);
            assertThat(look(connection).torn()).isZero();
            status(connection, Contents.rows(), 1, 2);
            assertThat(look(connection).torn()).isEqualTo(1);
            execute(connection, "DELETE FROM summary");
            assertThat(look(connection).torn())
                    .as("no rows, though the status tells some")
                    .isEqualTo(2);
            status(connection, 0, 1, 3);
            assertThat(look(connection).torn()).as("an emptied day").isEqualTo(2);
        }
    }

    @Test
    void shouldCountRevisionsThatGoBack() throws SQLException {
        try (Connection connection = connect()) {
            status(connection, 0, 1, 7);
            look(connection);
            status(connection, 0, 1, 6);
            assertThat(look(connection).stepsBack()).isEqualTo(1);
            status(connection, 0, 2, 1);
            assertThat(look(connection).stepsBack()).as("a later epoch").isEqualTo(1);
            status(connection, 0, 1, 9);
            assertThat(look(connection).stepsBack()).as("an earlier epoch").isEqualTo(2);
        }
    }

    @Test
    void shouldCountStepsBackButNotRemovals() throws SQLException {
        try (Connection connection = connect()) {
            insert(connection, 5, 1);
            look(connection);
            execute(connection, "DELETE FROM summary");
            assertThat(look(connection).stepsBack()).as("removed").isZero();
            insert(connection, 5, 0);
            assertThat(look(connection).stepsBack())
                    .as("the removed version is back")
                    .isEqualTo(1);
            execute(connection, "DELETE FROM summary");
            insert(connection, 4, 0);
            assertThat(look(connection).stepsBack()).as("an older version").isEqualTo(2);
            execute(connection, "DELETE FROM summary");
            insert(connection, 5, 0);
            assertThat(look(connection).stepsBack()).as("the newest again").isEqualTo(2);
            execute(connection, "DELETE FROM summary");
            insert(connection, 6, 0);
            assertThat(look(connection).stepsBack()).isEqualTo(2);
            assertThat(look(connection).newer()).isEqualTo(3);
        }
    }

    @Test
    void shouldCountOlderRevisionsButNotTheSameVersionAfterTheTableWasEmptied() throws SQLException {
        try (Connection connection = connect()) {
            insert(connection, 5, 1);
            status(connection, 7, 1, 7);
            look(connection);
            execute(connection, "DELETE FROM summary");
            execute(connection, "DELETE FROM written");
            tally.tableEmptied();
            assertThat(look(connection).stepsBack()).isZero();
            insert(connection, 5, 1);
            status(connection, 7, 1, 7);
            assertThat(look(connection).stepsBack()).as("the same again").isZero();
            status(connection, 7, 1, 6);
            assertThat(look(connection).stepsBack()).as("an older revision").isEqualTo(1);
        }
    }

    @Test
    void shouldFindRowsAndVersionsThatCanNeverBe() throws SQLException {
        try (Connection connection = connect()) {
            insert(connection, 3, 2);
            execute(
                    connection,
                    "UPDATE summary SET pod_usage_cpu_core_hours = pod_usage_cpu_core_hours / 2"
                            + " WHERE node = 'node-large' AND namespace = 'crash-7'");
            final List<DayLook> half = reader.read(connection, SOURCES);
            assertThat(half).extracting(DayLook::impossible).containsExactly(1L);
            execute(connection, "DELETE FROM summary");
            insert(connection, 200, 0);
            look(connection);
            assertThat(tally.impossible()).hasSize(1).first().asString().contains("never in the bucket");
        }
    }

    @Test
    void shouldCountWhatIsSeenUnderTheFaultOfThatTime() throws SQLException {
        try (Connection connection = connect()) {
            insert(connection, 1, 1, 0, 25);
            tally.look(reader.read(connection, SOURCES), SOURCES, "kill broker");
            tally.look(reader.read(connection, SOURCES), SOURCES, "kill postgres");
            tally.look(List.of(), SOURCES, "kill postgres");
        }
        assertThat(tally.byFault())
                .isEqualTo(Map.of(
                        "kill broker", new DayTally.Seen(1, 1, 2, 0), "kill postgres", new DayTally.Seen(2, 1, 0, 0)));
    }
}

package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.settings.Settings;
import picocli.CommandLine;

/** What each role may do in PostgreSQL: every statement on every table is tried, with the roles that {@code sink --roles} makes. */
class RolesIT {
    private static final String PASSWORD = "r0le";
    private static final String DENIED = "42501";
    private static final Set<String> ROWS = Set.of("SELECT", "INSERT", "UPDATE", "DELETE");
    private static final Set<String> READ = Set.of("SELECT");
    private static final Set<String> NOTHING = Set.of();
    private static final String SUMMARY = "reporting_ocpusagelineitem_daily_summary";
    private static final List<String> TABLES = List.of(
            SUMMARY,
            "upload_ledger",
            "summary_status",
            "day_completion",
            "sink_position",
            "sink_set_aside",
            "sink_set_aside_row",
            "console_audit",
            "foreign_table");

    private static final Map<String, Map<String, Set<String>>> ALLOWED = Map.of(
            "usage_sink",
            Map.of(
                    SUMMARY,
                    ROWS,
                    "upload_ledger",
                    ROWS,
                    "summary_status",
                    ROWS,
                    "day_completion",
                    ROWS,
                    "sink_position",
                    ROWS,
                    "sink_set_aside",
                    ROWS,
                    "sink_set_aside_row",
                    ROWS),
            "usage_intake",
            Map.of("upload_ledger", READ),
            "usage_splitter",
            Map.of("upload_ledger", READ, "summary_status", READ, "sink_position", READ, "sink_set_aside", READ),
            "usage_processor",
            Map.of("sink_position", READ, "sink_set_aside", READ, "day_completion", Set.of("SELECT", "DELETE")),
            "usage_validator",
            Map.of(SUMMARY, READ, "upload_ledger", READ, "summary_status", READ, "sink_set_aside", READ),
            "usage_console",
            Map.of(
                    SUMMARY,
                    READ,
                    "upload_ledger",
                    READ,
                    "summary_status",
                    READ,
                    "sink_position",
                    READ,
                    "sink_set_aside",
                    READ,
                    "console_audit",
                    Set.of("SELECT", "INSERT")));

    @TempDir
    private static Path directory;

    private static Postgres postgres;

    @BeforeAll
    static void start() throws Exception {
        postgres = Postgres.start(directory, Ports.free(), null);
        final List<SinkDefinition> sinks = ClusterSetup.sinks(Settings.of(Map.of()));
        ClusterSetup.makeTables(postgres, sinks, null);
        postgres.execute(sinks.get(0).rolesSql());
        // A table of another application in the same schema: no role may use it.
        postgres.execute("CREATE TABLE usage.foreign_table (a int)");
        for (final String role : ALLOWED.keySet()) {
            postgres.execute("ALTER ROLE " + role + " PASSWORD '" + PASSWORD + "'");
        }
    }

    @AfterAll
    static void end() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    /** Each needs the right to do so and no other, and changes nothing. */
    private static Map<String, String> statements(String table, String column) {
        final Map<String, String> statements = new TreeMap<>();
        statements.put("SELECT", "SELECT 1 FROM usage." + table + " LIMIT 0");
        statements.put("INSERT", "INSERT INTO usage." + table + " DEFAULT VALUES");
        statements.put("UPDATE", "UPDATE usage." + table + " SET " + column + " = NULL WHERE false");
        statements.put("DELETE", "DELETE FROM usage." + table + " WHERE false");
        statements.put("TRUNCATE", "TRUNCATE usage." + table);
        statements.put("REFERENCES", "ALTER TABLE usage." + table + " ADD COLUMN added int");
        statements.put("TRIGGER", "CREATE INDEX ON usage." + table + " (" + column + ")");
        statements.put("DROP", "DROP TABLE usage." + table);
        return statements;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "usage_sink",
                "usage_intake",
                "usage_splitter",
                "usage_processor",
                "usage_validator",
                "usage_console"
            })
    void shouldLetEachRoleDoWhatItNeedsAndNothingElse(String role) throws Exception {
        try (Connection connection = DriverManager.getConnection(postgres.jdbcUrl(), role, PASSWORD)) {
            connection.setAutoCommit(false);
            for (final String table : TABLES) {
                final Set<String> done = new TreeSet<>();
                statements(table, column(table)).forEach((right, statement) -> {
                    if (isAllowed(connection, statement)) {
                        done.add(right);
                    }
                });
                assertThat(done)
                        .as(role + " on " + table)
                        .isEqualTo(new TreeSet<>(ALLOWED.get(role).getOrDefault(table, NOTHING)));
            }
            for (final String statement : List.of(
                    "CREATE TABLE usage.other (a int)",
                    "CREATE TABLE public.other (a int)",
                    "CREATE SCHEMA other",
                    "CREATE ROLE other",
                    "SET ROLE postgres",
                    "COPY (SELECT 1) TO PROGRAM 'true'",
                    "SELECT pg_read_file('postgresql.conf')",
                    "SELECT 1 FROM pg_authid")) {
                assertThat(isAllowed(connection, statement))
                        .as(role + ": " + statement)
                        .isFalse();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "--days", "--json", "--failed"})
    void shouldLetTheSplittersRoleShowStatus(String option) {
        final List<String> arguments = new ArrayList<>(List.of(
                "status",
                "-s",
                "postgres.url=" + postgres.jdbcUrl(),
                "-s",
                "postgres.user=usage_splitter",
                "-s",
                "postgres.password=" + PASSWORD));
        if (!option.isEmpty()) {
            arguments.add(option);
        }
        final StringWriter said = new StringWriter();
        final CommandLine line = CommandRunner.line(new Main());
        line.setOut(new PrintWriter(said));
        line.setErr(new PrintWriter(said));
        assertThat(line.execute(arguments.toArray(String[]::new)))
                .as(said.toString())
                .isZero();
    }

    private static String column(String table) {
        return switch (table) {
            case "foreign_table" -> "a";
            case "sink_position" -> "topic_id";
            case "day_completion" -> "event";
            case "sink_set_aside" -> "error";
            case "upload_ledger" -> "reason";
            case "summary_status" -> "changed_at";
            case "console_audit" -> "detail";
            default -> "cluster_id";
        };
    }

    /** Whether the server's answer to it, whatever it is, is not that it is forbidden. */
    private static boolean isAllowed(Connection connection, String sql) {
        try {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
                return true;
            } catch (SQLException e) {
                return !e.getSQLState().equals(DENIED);
            } finally {
                connection.rollback();
            }
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }
}

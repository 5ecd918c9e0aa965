package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.usagestreams.cli.Main;
import org.usagestreams.commandline.CommandRunner;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.operations.sink.Fillfactors;
import org.usagestreams.operations.sink.Sinks;
import org.usagestreams.settings.Settings;
import org.usagestreams.testkit.CostManagement;
import picocli.CommandLine;

/** The fillfactor of tables like cost management's, in a real PostgreSQL. */
class FillfactorIT {
    private static final YearMonth MONTH = YearMonth.of(2026, 10);

    @TempDir
    private static Path directory;

    private static Postgres postgres;
    private static Settings settings;

    @BeforeAll
    static void start() throws Exception {
        postgres = Postgres.start(directory.resolve("data"), Ports.free(), null);
        settings = Settings.of(Map.of(
                "postgres.url", postgres.jdbcUrl(),
                "postgres.user", postgres.user(),
                "postgres.password", postgres.password(),
                "postgres.schema", "org_${organisation}"));
        postgres.execute("CREATE ROLE koku LOGIN PASSWORD '" + postgres.password()
                + "'; CREATE SCHEMA usage; GRANT USAGE, CREATE ON SCHEMA usage TO koku;"
                + " CREATE ROLE usage_sink LOGIN PASSWORD '" + postgres.password()
                + "'; GRANT USAGE ON SCHEMA usage TO usage_sink;"
                + CostManagement.schema("org_1", MONTH) + CostManagement.schema("org_2", MONTH)
                + CostManagement.schema("orgs", MONTH));
        for (final String schema : List.of("org_1", "org_2", "orgs")) {
            postgres.execute("ALTER SCHEMA " + schema + " OWNER TO koku; ALTER TABLE " + schema + "."
                    + CostManagement.TABLE + " OWNER TO koku; ALTER TABLE " + partition(schema, MONTH)
                    + " OWNER TO koku; ALTER TABLE " + schema + "." + CostManagement.TABLE + "_default OWNER TO koku");
        }
    }

    @AfterAll
    static void stop() throws Exception {
        if (postgres != null) {
            postgres.close();
        }
    }

    private static String partition(String schema, YearMonth month) {
        return schema + "." + CostManagement.TABLE + "_" + month.toString().replace('-', '_');
    }

    private record Said(int code, String out) {}

    private static Said run(String user, String... arguments) {
        final List<String> all = new ArrayList<>(List.of("fillfactor"));
        all.addAll(List.of(arguments));
        for (final String name : List.of("postgres.url", "postgres.schema")) {
            all.addAll(List.of("-s", name + "=" + settings.text(name)));
        }
        all.addAll(List.of("-s", "postgres.user=" + user, "-s", "postgres.password=" + postgres.password()));
        final StringWriter out = new StringWriter();
        final CommandLine line = CommandRunner.line(new Main());
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(out));
        return new Said(line.execute(all.toArray(String[]::new)), out.toString());
    }

    private static Map<String, Integer> fillfactors() throws SQLException {
        try (Connection connection = PostgresSettings.connect(settings)) {
            final Map<String, Integer> found = new TreeMap<>();
            new Fillfactors(connection, settings).list().forEach(part -> found.put(part.name(), part.fillfactor()));
            return found;
        }
    }

    private static List<String> query(String user, String sql) throws SQLException {
        final List<String> found = new ArrayList<>();
        try (Connection connection = PostgresSettings.connect(settings.with(Map.of("postgres.user", user)));
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                found.add(rows.getString(1));
            }
        }
        return found;
    }

    @Test
    void shouldShowAndSetItForPartitionsAndLetTheSinkSetItForNewOnes() throws Exception {
        final Said shown = run("koku");
        assertThat(shown.code()).isZero();
        assertThat(shown.out())
                .contains(partition("org_1", MONTH), partition("org_2", MONTH), CostManagement.TABLE + "_default")
                .doesNotContain("orgs.");
        assertThat(fillfactors().values()).containsOnly(100).hasSize(4);

        final Said refused = run("usage_sink", "--yes");
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.out()).contains("Cannot set the fillfactor of org_1.", "Run this as the role that owns it");
        assertThat(fillfactors().values()).containsOnly(100);
        assertThat(run("koku", "--yes").code()).isZero();
        assertThat(fillfactors().values()).containsOnly(45).hasSize(4);
        assertThat(query(
                        postgres.user(),
                        "SELECT array_to_string(reloptions, ' ') FROM pg_class WHERE oid = '" + partition("orgs", MONTH)
                                + "'::regclass"))
                .as("a schema that the setting does not name")
                .containsOnlyNulls();

        // The owner makes the function; the sink needs no other right.
        try (Connection connection = PostgresSettings.connect(settings.with(Map.of("postgres.user", "koku")));
                Statement statement = connection.createStatement()) {
            statement.execute(new Sinks(settings).get("daily-summary").fillfactorSql());
            statement.execute(CostManagement.partition("org_1", MONTH.plusMonths(1)));
        }
        assertThat(fillfactors()).containsEntry(partition("org_1", MONTH.plusMonths(1)), 100);
        assertThat(query("usage_sink", "SELECT * FROM usage.summary_fillfactor(45)"))
                .containsExactly(partition("org_1", MONTH.plusMonths(1)));
        assertThat(fillfactors().values()).containsOnly(45).hasSize(5);
        assertThat(query("usage_sink", "SELECT * FROM usage.summary_fillfactor(45)"))
                .isEmpty();
        assertThatThrownBy(() -> query("usage_sink", "SELECT * FROM usage.summary_fillfactor(5)"))
                .hasMessageContaining("between 10 and 100");
    }

    @Test
    void shouldRefuseAFillfactorThatPostgresqlDoesNotTake() {
        assertThat(run("koku", "--percent", "5").code()).isEqualTo(2);
    }
}

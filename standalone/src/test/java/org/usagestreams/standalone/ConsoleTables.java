package org.usagestreams.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.console.ConsoleInstance;
import org.usagestreams.settings.Settings;

/** A PostgreSQL with our tables, which a test fills, and consoles that read it in their own role while Kafka does not answer. */
final class ConsoleTables implements AutoCloseable {
    private final Path directory;
    private final int port = Ports.free();
    private final Postgres postgres;

    /** Empty tables; everything is kept in the folder. */
    ConsoleTables(Path directory) throws Exception {
        this.directory = directory;
        postgres = Postgres.start(directory, port, null);
        final List<SinkDefinition> sinks = ClusterSetup.sinks(Settings.of(Map.of()));
        ClusterSetup.makeTables(postgres, sinks, null);
        postgres.execute(sinks.get(0).rolesSql());
        postgres.execute("ALTER ROLE usage_console PASSWORD 'console'");
    }

    /** Runs a statement as the superuser. */
    void execute(String sql) throws Exception {
        postgres.execute(sql);
    }

    /** Adds the status of 2025-11-03: revision 4 with seven rows of two objects. */
    void addDay(String organisation, String source) throws Exception {
        postgres.execute(
                "INSERT INTO usage.summary_status (organisation, source_uuid, usage_date, epoch, revision, row_count,"
                        + " rows_set_aside, live_objects, topic_id, topic_partition, marker_offset) VALUES ('"
                        + organisation
                        + "', '" + source + "', '2025-11-03', 1, 4, 7, 0, 2, gen_random_uuid(), 0, 0)");
    }

    /** The address of PostgreSQL. */
    String jdbcUrl() {
        return Postgres.jdbcUrl(port);
    }

    /** A file of these users, for {@code console.users.file}. */
    String users(String... lines) throws Exception {
        return Files.writeString(directory.resolve("users"), String.join("\n", lines) + "\n")
                .toString();
    }

    /** Starts a console, which the caller closes. */
    ConsoleInstance console(Map<String, String> different) throws Exception {
        final Map<String, String> settings = new HashMap<>(Map.of(
                "console.http.port", "0",
                "kafka.bootstrap.servers", "127.0.0.1:" + Ports.free(),
                "postgres.url", jdbcUrl(),
                "postgres.user", "usage_console",
                "postgres.password", "console"));
        for (final String folder : List.of("summary.state.dir", "splitter.instance.dir", "validation.dir")) {
            settings.put(folder, directory.resolve(folder).toString());
        }
        settings.putAll(different);
        return ConsoleInstance.start(Settings.of(settings));
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }
}

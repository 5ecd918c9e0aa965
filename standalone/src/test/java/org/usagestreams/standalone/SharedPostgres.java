package org.usagestreams.standalone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;

/**
 * A PostgreSQL server that the test classes of this JVM share, each with a database of its own. Roles are of the server: a test that
 * makes or changes one, or stops the server, starts its own. It ends with this JVM. Thread-safe.
 */
final class SharedPostgres {
    private static Postgres server;
    private static int databases;

    private SharedPostgres() {}

    /** An empty database, which nobody else gets. */
    static synchronized Database database() {
        try {
            if (server == null) {
                final Path directory = Files.createTempDirectory("usage-postgres-");
                server = Postgres.start(directory, Ports.free(), directory);
            }
            final String name = "test_" + ++databases;
            server.execute("CREATE DATABASE " + name);
            final String url = server.jdbcUrl();
            return new ExternalParts.At(
                    url.substring(0, url.lastIndexOf('/') + 1) + name, server.user(), server.password());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot make a database", e);
        }
    }
}

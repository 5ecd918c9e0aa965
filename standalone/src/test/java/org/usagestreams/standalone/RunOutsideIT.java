package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} on a Kafka and a PostgreSQL that are there. */
class RunOutsideIT {
    @TempDir
    private Path directory;

    @Test
    void shouldLoadTheSampleIntoADatabaseThatIsThere() throws Exception {
        final Path output = directory.resolve("output");
        try (Broker kafka =
                        Broker.start(Files.createDirectory(directory.resolve("kafka")), Ports.take(0, "Kafka", ""));
                Postgres postgres = Postgres.start(
                        Files.createDirectory(directory.resolve("postgres")), Ports.take(0, "PostgreSQL", ""), null)) {
            final Process run = RunProcess.start(
                    directory.resolve("data"),
                    output,
                    0,
                    "--once",
                    "--kafka=" + kafka.bootstrapServers(),
                    "--postgres=" + postgres.jdbcUrl(),
                    "-s",
                    "postgres.user=" + postgres.user(),
                    "-s",
                    "postgres.password=" + postgres.password());
            assertThat(run.waitFor(240, TimeUnit.SECONDS))
                    .as(Files.readString(output))
                    .isTrue();
            assertThat(Files.readString(output)).contains("Platform unallocated");
            assertThat(run.exitValue()).isZero();
            assertThat(directory.resolve("data/postgres")).doesNotExist();
            assertThat(directory.resolve("data/kafka")).doesNotExist();
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery(
                            "SELECT count(*) FROM usage.reporting_ocpusagelineitem_daily_summary")) {
                rows.next();
                assertThat(rows.getLong(1)).isPositive();
            }
        }
    }
}

package org.usagestreams.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets into the PostgreSQL of a run. */
class PostgresIT {
    @TempDir
    private Path directory;

    @Test
    void shouldLetNobodyInWithoutThePassword() throws Exception {
        final String password;
        try (Postgres server = Postgres.start(directory, Ports.free(), null)) {
            password = server.password();
            assertThat(password).isNotEmpty();
            assertThat(Files.getPosixFilePermissions(directory.resolve("password")))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
            for (final String wrong : new String[] {"", "postgres", password + "x"}) {
                assertThatThrownBy(() -> DriverManager.getConnection(server.jdbcUrl(), server.user(), wrong)
                                .close())
                        .isInstanceOf(SQLException.class)
                        .hasMessageContaining("password");
            }
            try (Connection connection = server.connect();
                    Statement statement = connection.createStatement();
                    ResultSet ways = statement.executeQuery(
                            "SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules")) {
                ways.next();
                assertThat(ways.getString(1)).isEqualTo("scram-sha-256");
            }
        }
        try (Postgres again = Postgres.start(directory, Ports.free(), null)) {
            assertThat(again.password()).isEqualTo(password);
            again.execute("SELECT 1");
        }
    }
}

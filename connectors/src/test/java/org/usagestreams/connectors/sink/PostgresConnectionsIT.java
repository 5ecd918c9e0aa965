package org.usagestreams.connectors.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PostgresConnectionsIT {
    private static String show(Connection connection, String parameter) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + parameter)) {
            row.next();
            return row.getString(1);
        }
    }

    @Test
    void shouldGiveEachConnectionTheMemoryOfTheSetting() throws Exception {
        final Map<String, String> config = new HashMap<>(Map.of(
                "connection.url", SharedPostgres.jdbcUrl(),
                "connection.username", "postgres",
                "table.schema", "usage",
                "table.name", "daily_summary",
                "status.schema", "usage",
                "dead.letter.topic", "dead-letters"));
        try (Connection connection = new PostgresConnections(new SinkSettings(config)).open()) {
            assertThat(show(connection, "work_mem")).isEqualTo("64MB");
            assertThat(show(connection, "temp_buffers")).isEqualTo("64MB");
        }
        config.put("connection.memory.bytes", "2097152");
        try (Connection connection = new PostgresConnections(new SinkSettings(config)).open()) {
            assertThat(show(connection, "work_mem")).isEqualTo("2MB");
            assertThat(show(connection, "temp_buffers")).isEqualTo("2MB");
        }
    }
}

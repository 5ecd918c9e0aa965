package org.usagestreams.connectors.sink;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** Opens connections to the database of the settings. */
final class PostgresConnections {
    /** Seconds in which a server has to answer that may be gone. */
    private static final String CONNECT_SECONDS = "10";

    private final SinkSettings settings;

    PostgresConnections(SinkSettings settings) {
        this.settings = settings;
    }

    Connection open() throws SQLException {
        final Properties properties = new Properties();
        properties.setProperty("user", settings.getString(SinkSettings.USER));
        properties.setProperty(
                "password", settings.getPassword(SinkSettings.PASSWORD).value());
        properties.setProperty("ApplicationName", "usage-streams-sink");
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty(
                "socketTimeout", Long.toString(Math.max(1, settings.getInt(SinkSettings.SOCKET_TIMEOUT) / 1_000)));
        // Statements are made anew for each load and differ in tables only: plans for whole arrays pay off at once.
        properties.setProperty("prepareThreshold", "0");
        final Connection connection = DriverManager.getConnection(settings.getString(SinkSettings.URL), properties);
        try (Statement statement = connection.createStatement()) {
            // Statements, and no options of the start-up packet, which poolers refuse. Both defaults are smaller than a
            // large day.
            final String memory = settings.getInt(SinkSettings.MEMORY) / 1024 + "kB";
            statement.execute("SET temp_buffers = '" + memory + "'; SET work_mem = '" + memory + "'");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}

package org.usagestreams.operations.sink;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.usagestreams.connectors.SinkDefinition;
import org.usagestreams.ledger.PostgresSettings;
import org.usagestreams.settings.Settings;
import org.usagestreams.topics.TopicRole;

/** The sinks with the settings of an installation. Thread-safe. */
public final class Sinks {
    private final Settings settings;

    /** Those of these settings. */
    public Sinks(Settings settings) {
        this.settings = settings;
    }

    /** All of them, the summary first. */
    public List<SinkDefinition> all() {
        return SinkDefinition.SINKS.stream().map(this::get).toList();
    }

    /**
     * One of them; a password that is a reference stays one.
     *
     * @param name one of {@link SinkDefinition#SINKS}
     */
    public SinkDefinition get(String name) {
        return new SinkDefinition(
                name, settings::reference, role -> settings.topics().name(TopicRole.valueOf(role)));
    }

    /**
     * The statements that create tables and roles where they are missing.
     *
     * @param tables whether the tables of these sinks are wanted
     * @param roles whether the services' roles are wanted
     */
    public static String statements(List<SinkDefinition> sinks, boolean tables, boolean roles) {
        final StringBuilder text = new StringBuilder();
        if (tables) {
            sinks.forEach(sink -> text.append(sink.tableSql())
                    .append('\n')
                    .append(sink.statusSql())
                    .append('\n'));
        }
        if (roles) {
            text.append(sinks.get(0).rolesSql());
        }
        return text.toString();
    }

    /**
     * Runs statements in PostgreSQL.
     *
     * @throws SQLException where PostgreSQL cannot be reached, or refuses one
     */
    public void run(String statements) throws SQLException {
        try (Connection connection = PostgresSettings.connect(settings);
                Statement statement = connection.createStatement()) {
            statement.execute(statements);
        }
    }
}

package org.usagestreams.ledger;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.usagestreams.settings.Settings;
import org.usagestreams.settings.SettingsGroup;

/** How PostgreSQL is reached. */
public final class PostgresSettings implements SettingsGroup {
    /** What stands for the organisation in {@code postgres.schema}. */
    static final String ORGANISATION = "${organisation}";

    @Override
    public String title() {
        return "PostgreSQL";
    }

    @Override
    public int order() {
        return 7;
    }

    @Override
    public List<String> prefixes() {
        return List.of("postgres.");
    }

    @Override
    public void define(ConfigDef definition) {
        definition.define(
                "postgres.url", STRING, "jdbc:postgresql://localhost:5432/usage", MEDIUM, "JDBC URL of the database.");
        definition.define("postgres.user", STRING, "usage", MEDIUM, "User.");
        definition.define("postgres.password", PASSWORD, "", MEDIUM, "Password.");
        definition.define(
                "postgres.schema",
                STRING,
                "usage",
                MEDIUM,
                "Schema of the summary table. ${organisation} in it stands for the organisation of a row, so that each"
                        + " organisation has its own, as in cost management.");
        definition.define(
                "postgres.status.schema",
                STRING,
                "usage",
                MEDIUM,
                "Schema of the tables that are the same for all organisations: upload_ledger, summary_status, and the"
                        + " sink's own.");
        definition.define(
                "postgres.table",
                STRING,
                "reporting_ocpusagelineitem_daily_summary",
                LOW,
                "Name of the summary table.");
    }

    /** An identifier as SQL takes it, whatever it is made of. */
    public static String quoted(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }

    /** A connection to PostgreSQL. */
    public static Connection connect(Settings settings) throws SQLException {
        return DriverManager.getConnection(
                settings.text("postgres.url"), settings.text("postgres.user"), settings.secret("postgres.password"));
    }
}

package org.usagestreams.ledger;

import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.PASSWORD;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.usagestreams.settings.Settings;
import org.usagestreams.settings.SettingsGroup;

/** How PostgreSQL is reached. */
public final class PostgresSettings implements SettingsGroup {
    /** Names that mean the same with quotes and without. PostgreSQL would cut off a longer one. */
    private static final Pattern IDENTIFIER = Pattern.compile("[a-z_][a-z0-9_]{0,62}");

    private static final String ORGANISATION = "${organisation}";

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
                name(ORGANISATION),
                MEDIUM,
                "Schema of the summary table. ${organisation} is replaced by the organisation of a row: each"
                        + " organisation then has a separate schema, as in cost management.");
        definition.define(
                "postgres.status.schema",
                STRING,
                "usage",
                name(""),
                MEDIUM,
                "Schema of the tables that all organisations share: upload_ledger, summary_status, and the"
                        + " tables of the sink.");
        definition.define(
                "postgres.table",
                STRING,
                "reporting_ocpusagelineitem_daily_summary",
                name(""),
                LOW,
                "Name of the summary table.");
        definition.define(
                "postgres.fillfactor",
                INT,
                0,
                between(0, 100),
                LOW,
                "Fillfactor that the sink sets on partitions of the summary table that have another one, once"
                        + " an hour, for example 45. It needs the function that scripts/fillfactor --function prints. 0:"
                        + " partitions stay as they are.");
    }

    /**
     * Checks a name of SQL.
     *
     * @param placeholder may be in it; empty for none
     */
    private static ConfigDef.Validator name(String placeholder) {
        final String rule =
                "a name of lower-case letters, digits and _ that begins with no digit, at most 63 characters"
                        + (placeholder.isEmpty() ? "" : "; " + placeholder + " may be part of it");
        return ConfigDef.LambdaValidator.with(
                (name, value) -> {
                    // A letter is in the placeholder's stead.
                    final String text = value == null ? "" : (String) value;
                    if (!IDENTIFIER
                            .matcher(placeholder.isEmpty() ? text : text.replace(placeholder, "o"))
                            .matches()) {
                        throw new ConfigException(name, value, "It must be " + rule + ".");
                    }
                },
                () -> rule);
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

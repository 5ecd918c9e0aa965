package org.usagestreams.connectors.sink;

import java.sql.SQLException;

/** The place of each organisation's rows, according to the settings. Immutable. */
final class OrganisationTables {
    private final SinkSettings settings;

    OrganisationTables(SinkSettings settings) {
        this.settings = settings;
    }

    /**
     * The summary's table of an organisation, quoted, with its schema.
     *
     * @throws SQLException if the organisation's name makes no name of a schema
     */
    String rows(String organisation) throws SQLException {
        return named(organisation, settings.getString(SinkSettings.TABLE));
    }

    /**
     * The table in which cost management keeps an organisation's settings, quoted, with its schema. It need not be there.
     *
     * @throws SQLException if the organisation's name makes no name of a schema
     */
    String tenantSettings(String organisation) throws SQLException {
        return named(organisation, "tenant_settings");
    }

    private String named(String organisation, String table) throws SQLException {
        return Identifiers.quoted(settings.schema(organisation)) + "." + Identifiers.quoted(table);
    }
}

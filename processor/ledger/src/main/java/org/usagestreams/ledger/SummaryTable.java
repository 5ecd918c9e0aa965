package org.usagestreams.ledger;

import org.usagestreams.settings.Settings;

/**
 * The table of the daily summary in PostgreSQL. Cost management writes rows of its own into the same table: only rows of
 * {@link #OURS} are read, counted, compared and removed.
 */
public final class SummaryTable {
    /**
     * The condition of rows that we wrote: their uuids are of version 5, derived from what the row is. Those of cost management
     * are random, of version 4.
     */
    public static final String OURS = "substring(uuid::text, 15, 1) = '5'";

    private SummaryTable() {}

    /** The table's name with its schema, quoted. */
    public static String name(Settings settings) {
        return quoted(settings.text("postgres.schema")) + "." + quoted(settings.text("postgres.table"));
    }

    private static String quoted(String name) {
        return "\"" + name.replace("\"", "\"\"") + "\"";
    }
}

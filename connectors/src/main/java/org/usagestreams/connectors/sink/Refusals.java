package org.usagestreams.connectors.sink;

import java.sql.SQLException;
import java.util.Set;

/** Distinguishes errors of the data, or of its table, from all other errors. */
final class Refusals {
    /**
     * Classes of SQL states: of a value, of a constraint, of a missing table, column or right, of a missing schema, of a row that a
     * view or a trigger refuses.
     */
    private static final Set<String> CLASSES = Set.of("22", "23", "42", "3F", "44", "P0", "2F", "0A", "54");

    private Refusals() {}

    /** Whether the same rows would be refused again, while others may not be. */
    static boolean isOfTheData(SQLException e) {
        final String state = e.getSQLState();
        return state != null && state.length() == 5 && CLASSES.contains(state.substring(0, 2));
    }
}

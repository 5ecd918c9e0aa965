package org.usagestreams.validation;

import java.util.Collection;

/** Values in SQL statements that take no parameters. */
final class Sql {
    private Sql() {}

    /** A text as a literal. */
    static String text(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** Texts as a list after IN; one without any matches nothing. */
    static String list(Collection<String> texts) {
        return texts.isEmpty()
                ? "(NULL)"
                : "(" + String.join(", ", texts.stream().map(Sql::text).toList()) + ")";
    }
}

package org.usagestreams.ledger;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The conditions of a query, and the values of its parameters in their order. Not thread-safe. */
final class Conditions {
    private final StringBuilder where = new StringBuilder(" WHERE true");
    private final List<Object> values = new ArrayList<>();

    /** Conditions on days; organisation, source and date may be null. */
    static Conditions ofDays(String organisation, UUID source, LocalDate date) {
        return new Conditions()
                .and("organisation = ?", organisation)
                .and("source_uuid = ?", source)
                .and("usage_date = ?", date);
    }

    /** Adds a condition, unless its value is null. */
    Conditions and(String condition, Object value) {
        if (value != null) {
            where.append(" AND ").append(condition);
            values.add(value);
        }
        return this;
    }

    /** The WHERE clause, with a blank before it. */
    String where() {
        return where.toString();
    }

    /** Values of the parameters. */
    List<Object> values() {
        return values;
    }

    /** Values of the parameters, and that of a last one, which is behind the conditions. */
    List<Object> valuesAnd(Object last) {
        final List<Object> all = new ArrayList<>(values);
        all.add(last);
        return all;
    }
}

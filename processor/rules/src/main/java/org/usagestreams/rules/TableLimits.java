package org.usagestreams.rules;

/** The limits of the table's column types (section 4). Rows beyond them are set aside before the sink. */
public final class TableLimits {
    private static final int NAME = 253;
    private static final int CLUSTER_ID = 50;
    private static final int CLUSTER_ALIAS = 256;

    /** numeric(33,15) has 18 digits before the point. */
    private static final double AMOUNT = 1e18;

    private TableLimits() {}

    /** Why PostgreSQL would refuse the row; null if it would not. */
    public static String violation(SummaryRow row) {
        String reason = text("cluster_id", row.cluster().id(), CLUSTER_ID);
        reason = reason != null ? reason : text("cluster_alias", row.cluster().alias(), CLUSTER_ALIAS);
        reason = reason != null ? reason : text("namespace", row.namespace(), NAME);
        reason = reason != null ? reason : text("node", row.node(), NAME);
        reason = reason != null ? reason : text("resource_id", row.resourceId(), NAME);
        reason = reason != null ? reason : text("persistentvolumeclaim", row.claim(), NAME);
        reason = reason != null ? reason : text("persistentvolume", row.volume(), NAME);
        reason = reason != null ? reason : text("storageclass", row.storageClass(), NAME);
        reason = reason != null ? reason : labels(row.allLabels());
        for (int i = 0; i < Amount.COUNT && reason == null; i++) {
            final double amount = row.amounts()[i];
            if (Math.abs(amount) >= AMOUNT) {
                reason = Amount.at(i).column() + " is " + amount + ": numeric(33,15) ends at 1e18";
            }
        }
        return reason;
    }

    private static String text(String column, String value, int limit) {
        if (value == null) {
            return null;
        }
        // varchar counts characters, and a character has at most two code units.
        if (value.length() > limit && value.codePointCount(0, value.length()) > limit) {
            return column + " has " + value.codePointCount(0, value.length()) + " characters: varchar(" + limit + ")";
        }
        return value.indexOf('\0') >= 0 ? column + " holds the character NUL" : null;
    }

    private static String labels(Labels labels) {
        final boolean[] found = {false};
        labels.forEach((key, value) -> found[0] |= key.indexOf('\0') >= 0 || value.indexOf('\0') >= 0);
        return found[0] ? "all_labels holds the character NUL" : null;
    }
}

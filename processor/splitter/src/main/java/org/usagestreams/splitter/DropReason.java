package org.usagestreams.splitter;

import java.util.Locale;

/** Why a line item is dropped (spec, section 1). */
public enum DropReason {
    /** {@code interval_start} is null or no time between the years 1 and 9999. */
    INTERVAL_START,
    /** The node of a pod or of node labels, or the namespace of namespace labels, is null or empty. */
    NAME_MISSING,
    /** A name is longer than the limit. */
    NAME_TOO_LONG,
    /** An amount is infinite or above 1e18. */
    AMOUNT;

    /** The reason's name in logs, metrics and the ledger. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

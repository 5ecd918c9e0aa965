package org.usagestreams.splitter;

import java.util.Locale;

/** The result of an object's event. */
public enum ObjectOutcome {
    SPLIT,
    /** It was removed, or gone before it was read. */
    GONE,
    /** It was replaced before it was read: left to its own notification. */
    REPLACED,
    REJECTED,
    /** It was set aside, to be tried again; each attempt counts. */
    ASIDE,
    /** Its current version need not be read. */
    CURRENT,
    /** It is not a report, or left out. */
    IGNORED;

    /** The value of the label. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

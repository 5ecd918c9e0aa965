package org.usagestreams.splitter;

import java.util.Locale;

/** A notification is more than the first lane does: the second lane is to handle it. */
public final class HandOnException extends Exception {
    private static final long serialVersionUID = 1L;

    final Cause cause;

    /** Why a notification is handed on. */
    public enum Cause {
        /** Its source has used up what it may use of the first lane. */
        QUOTA,
        /** Its object is large. */
        SIZE,
        /** Its objects take long. */
        TIME,
        /** Its chunks are too many to be held in memory. */
        OUTPUT,
        /** Its object takes much memory to read. */
        MEMORY,
        /** Its object has many values. */
        VALUES,
        /** The texts of its object are decoded to many bytes. */
        TEXT;

        /** The cause's name in metrics. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    HandOnException(Cause cause, String message) {
        super(message, null, false, false);
        this.cause = cause;
    }
}

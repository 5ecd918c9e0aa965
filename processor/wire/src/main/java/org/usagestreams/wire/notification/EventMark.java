package org.usagestreams.wire.notification;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;

/**
 * The mark of an event that usage-streams wrote itself, instead of the bucket.
 *
 * @param origin why it was written
 * @param uploaded when the object was uploaded, where that is not the event's time
 * @param readmitted usage dates beyond retention that are taken back
 * @param aside what is known of an event that was set aside; null for others
 */
public record EventMark(Origin origin, Instant uploaded, Set<LocalDate> readmitted, Aside aside) {
    /** The mark of an event that was not set aside. */
    public EventMark(Origin origin, Instant uploaded, Set<LocalDate> readmitted) {
        this(origin, uploaded, readmitted, null);
    }

    /**
     * How an event that was set aside has fared.
     *
     * @param since when the first attempt failed
     * @param attempts that failed so far
     * @param failed whether the object is {@code FAILED} for it
     * @param record place of the notification that led to the first attempt
     * @param deadLetter key of its dead letter
     */
    public record Aside(Instant since, int attempts, boolean failed, String record, String deadLetter) {}

    /** Why an event was written. */
    public enum Origin {
        /** The bucket's own got lost. */
        RECONCILE,
        /** A dead letter is tried again. */
        RETRY,
        /** A day beyond retention is taken back. */
        READMIT,
        /** The object is split again. */
        REPLAY,
        /** The store names a version as the current one, and what the ledger knows says another. */
        CURRENT
    }
}

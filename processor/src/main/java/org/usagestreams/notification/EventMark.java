package org.usagestreams.notification;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Set;

/**
 * What an event says that we wrote ourselves, in the bucket's stead.
 *
 * @param origin why it was written
 * @param uploaded when the object was uploaded, where that is not the event's time
 * @param readmitted usage dates beyond retention that are taken back
 */
public record EventMark(Origin origin, Instant uploaded, Set<LocalDate> readmitted) {
    /** Why an event was written. */
    public enum Origin {
        /** The bucket's own got lost. */
        RECONCILE,
        /** A dead letter is tried again. */
        RETRY,
        /** A day beyond retention is taken back. */
        READMIT,
        /** The object is split again. */
        REPLAY
    }
}
